import {
  figureStyleSchema,
  figureWidthSchema,
  type FigureStyle,
  type FigureWidth,
  type Palette,
} from '#contract/figure-style';
import type { SpreadKind } from '#contract/table-document';

/** The palettes as people read them. */
export const paletteNames: Readonly<Record<Palette, string>> = {
  'color-blind': 'for the color-blind',
  greyscale: 'greys',
};
/** The spreads as people read them. */
export const spreadNames: Readonly<Record<SpreadKind, string>> = {
  interval: '95 % interval',
  deviation: 'standard deviation',
};

const storageKey = 'tangent.figures';

interface Settings {
  readonly style: FigureStyle;
  readonly width: FigureWidth;
}

/** How figures are copied and saved, as this browser remembers it. */
export class FigureSettings {
  #settings = $state.raw(read());

  get style(): FigureStyle {
    return this.#settings.style;
  }

  get width(): FigureWidth {
    return this.#settings.width;
  }

  setStyle(changes: Partial<FigureStyle>): void {
    this.#take({ ...this.#settings, style: { ...this.#settings.style, ...changes } });
  }

  setWidth(width: FigureWidth): void {
    this.#take({ ...this.#settings, width });
  }

  #take(settings: Settings): void {
    this.#settings = settings;
    window.localStorage.setItem(storageKey, JSON.stringify(settings));
  }
}

/** What this browser remembers; what another version wrote is forgotten. */
function read(): Settings {
  const usual = { style: figureStyleSchema.parse({}), width: 'single' as const };
  try {
    const { style, width } = JSON.parse(window.localStorage.getItem(storageKey) ?? '{}') as Readonly<
      Record<string, unknown>
    >;
    const known = { style: figureStyleSchema.safeParse(style), width: figureWidthSchema.safeParse(width) };
    return known.style.success && known.width.success
      ? { style: known.style.data, width: known.width.data }
      : usual;
  } catch {
    return usual;
  }
}
