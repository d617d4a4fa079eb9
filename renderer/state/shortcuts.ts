import { emptyLab, hrefOf, type Route } from './route';

/** Where the letter after G leads. */
const places: readonly { readonly letter: string; readonly label: string; readonly to: Route }[] = [
  { letter: 'h', label: 'Home', to: { page: 'home' } },
  { letter: 'n', label: 'New', to: { page: 'new', kind: null, from: null } },
  { letter: 'r', label: 'Runs', to: { page: 'runs', filter: null, text: '' } },
  { letter: 's', label: 'Studies', to: { page: 'studies' } },
  { letter: 'p', label: 'Reports', to: { page: 'reports' } },
  { letter: 'l', label: 'Library', to: { page: 'library', shelf: 'models' } },
  { letter: 'e', label: 'Edit lab', to: { page: 'lab', lab: emptyLab } },
  { letter: ',', label: 'Settings', to: { page: 'settings' } },
];

/** The key that goes with a letter for commands on this system. */
const commandKey = /mac/i.test(globalThis.navigator.platform) ? '⌘' : 'Ctrl';

/** Every shortcut, for people. */
export const shortcuts: readonly { readonly keys: string; readonly label: string }[] = [
  { keys: `${commandKey} K`, label: 'Go anywhere and do anything by name' },
  { keys: '/', label: 'Search in this view' },
  { keys: '?', label: 'All shortcuts and the guide' },
  ...places.map(({ letter, label }) => ({ keys: `G ${letter.toUpperCase()}`, label: `Go to ${label}` })),
  { keys: `${commandKey} Z`, label: 'In a wizard or report, outside a text field: undo the last change' },
  { keys: `${commandKey} Shift Z`, label: 'Redo it' },
];

/** What shortcuts act on. */
export interface ShortcutTargets {
  readonly openPalette: () => void;
}

/** How long the letter after G may take. */
const leaderMs = 1500;

/**
 * Makes the handler of keys that belong to no field.
 *
 * @param targets what cannot be reached by an address
 * @param now the time in milliseconds
 */
export function shortcutHandler(
  targets: ShortcutTargets,
  now: () => number = Date.now,
): (event: KeyboardEvent) => void {
  let leaderAt = -Infinity;
  return (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      targets.openPalette();
      return;
    }
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isPlain || event.defaultPrevented || takesLetters(event.target)) return;
    const place = places.find(({ letter }) => letter === event.key.toLowerCase());
    const wasLed = now() - leaderAt < leaderMs;
    leaderAt = event.key.toLowerCase() === 'g' ? now() : -Infinity;
    if (wasLed && place !== undefined) go(event, hrefOf(place.to));
    else if (event.key === '?') go(event, hrefOf({ page: 'settings' }));
    else if (event.key === '/') {
      const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
      if (field === null) return;
      event.preventDefault();
      field.focus();
    }
  };
}

function go(event: KeyboardEvent, href: string): void {
  event.preventDefault();
  window.location.hash = href;
}

/** Whether letters mean something where the focus is. */
function takesLetters(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('select, textarea, [role="combobox"], [role="dialog"]') !== null ||
      (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)))
  );
}
