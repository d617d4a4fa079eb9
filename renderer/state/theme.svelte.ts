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

/** What the page looks like now, whoever chose it. */
export function shownTheme(): 'light' | 'dark' {
  const { colorScheme } = document.documentElement.style;
  if (colorScheme === 'light' || colorScheme === 'dark') return colorScheme;
  return prefersDark().matches ? 'dark' : 'light';
}

/**
 * Calls back with what the page looks like whenever that may have changed.
 *
 * @returns the function that ends it
 */
export function onShownTheme(listener: (theme: 'light' | 'dark') => void): () => void {
  const system = prefersDark();
  const tell = () => listener(shownTheme());
  system.addEventListener('change', tell);
  window.addEventListener(themeChanged, tell);
  return () => {
    system.removeEventListener('change', tell);
    window.removeEventListener(themeChanged, tell);
  };
}

function prefersDark(): MediaQueryList {
  return window.matchMedia('(prefers-color-scheme: dark)');
}
