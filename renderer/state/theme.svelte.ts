/** Light, dark, or as the system has it. */
export const themes = ['system', 'light', 'dark'] as const;
/** See {@link themes}. */
export type Theme = (typeof themes)[number];

const storageKey = 'tangent.theme';

/** The colors of the page, as this browser remembers them. */
export class ThemeState {
  #theme = $state<Theme>('system');

  constructor() {
    const stored = window.localStorage.getItem(storageKey);
    this.choose(themes.find((theme) => theme === stored) ?? 'system');
  }

  get theme(): Theme {
    return this.#theme;
  }

  choose(theme: Theme): void {
    this.#theme = theme;
    window.localStorage.setItem(storageKey, theme);
    // The tokens are written with light-dark(), which follows this.
    document.documentElement.style.colorScheme = theme === 'system' ? 'light dark' : theme;
    window.dispatchEvent(new Event(themeChanged));
  }
}

/** Heard by what reads colors once, as charts do. */
export const themeChanged = 'tangent:theme';
