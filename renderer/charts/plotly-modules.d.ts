/** The part of plotly.js that the charts use; it ships no types of its own. */
declare module 'plotly.js/lib/core' {
  /** An element in which plotly has drawn. */
  export interface PlotlyElement extends HTMLElement {
    on(
      event: 'plotly_click',
      listener: (event: { readonly points: readonly { readonly x: number; readonly y: number }[] }) => void,
    ): void;
  }
  interface Plotly {
    register(modules: readonly unknown[]): void;
    react(
      element: HTMLElement,
      traces: readonly Readonly<Record<string, unknown>>[],
      layout: Readonly<Record<string, unknown>>,
      config: Readonly<Record<string, unknown>>,
    ): Promise<unknown>;
    purge(element: HTMLElement): void;
  }
  const plotly: Plotly;
  export default plotly;
}
declare module 'plotly.js/lib/heatmap' {
  const trace: unknown;
  export default trace;
}
declare module 'plotly.js/lib/violin' {
  const trace: unknown;
  export default trace;
}
