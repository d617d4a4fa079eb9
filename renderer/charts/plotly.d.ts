/** The part of plotly.js that the charts use; it ships no types of its own. */
declare module 'plotly.js/lib/core' {
  interface Trace {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly [setting: string]: unknown;
  }
  interface Plotly {
    react(
      element: HTMLElement,
      traces: readonly Trace[],
      layout: Readonly<Record<string, unknown>>,
      config: Readonly<Record<string, unknown>>,
    ): Promise<unknown>;
    purge(element: HTMLElement): void;
  }
  const plotly: Plotly;
  export default plotly;
}
