import type { HostClient } from '#contract/api';
import { wizards } from '../wizards/wizards';
import { emptyLab, hrefOf, libraryShelves } from './route';
import { themes, type ThemeState } from './theme.svelte';

/** Something that can be done by name. */
export interface Command {
  readonly id: string;
  readonly label: string;
  /** Other words by which it is found. */
  readonly keywords: readonly string[];
  readonly run: () => void;
}

/** Commands that belong together. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

/**
 * Says how well a command answers what was typed: all words must be in its label or keywords, and it is better when
 * the label begins with them.
 *
 * @returns a number in [0, 1]; 0 for no answer
 */
export function rank(label: string, typed: string, keywords: readonly string[] = []): number {
  const text = [label, ...keywords].join(' ').toLowerCase();
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.every((word) => text.includes(word))) return 0;
  return label.toLowerCase().startsWith(words[0] ?? '') ? 1 : 0.5;
}

const mostRuns = 8;
/** Letters follow each other faster than this; the host is asked when they pause. */
const pauseMs = 120;

/** What the palette offers: places, wizards, runs that are found, studies, reports, pages of the guide, themes. */
export class PaletteState {
  #found = $state.raw<readonly Command[]>([]);
  #studies = $state.raw<readonly Command[]>([]);
  #reports = $state.raw<readonly Command[]>([]);
  #pages = $state.raw<readonly Command[]>([]);
  readonly #client: HostClient;
  readonly #theme: ThemeState;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(client: HostClient, theme: ThemeState) {
    this.#client = client;
    this.#theme = theme;
    void this.#load();
    this.search('');
  }

  readonly groups = $derived.by((): readonly CommandGroup[] =>
    [
      { title: 'Go to', commands: places },
      { title: 'Begin', commands: beginnings },
      { title: 'Runs', commands: this.#found },
      { title: 'Studies', commands: this.#studies },
      { title: 'Reports', commands: this.#reports },
      { title: 'Guide', commands: this.#pages },
      { title: 'Appearance', commands: this.#themes() },
    ].filter(({ commands }) => commands.length > 0),
  );

  /** Looks for runs once the typing pauses. */
  search(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#find(text), pauseMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
  }

  #themes(): Command[] {
    return themes.map((theme) => ({
      id: `theme ${theme}`,
      label:
        theme === 'system'
          ? 'Colors as the system has them'
          : `${theme === 'dark' ? 'Dark' : 'Light'} colors`,
      keywords: ['theme'],
      run: () => this.#theme.choose(theme),
    }));
  }

  async #find(text: string): Promise<void> {
    this.#asked += 1;
    const question = this.#asked;
    try {
      const runs = await this.#client.query('runs.list', { text, limit: mostRuns });
      if (question !== this.#asked) return;
      this.#found = runs.map(({ id, title, state, tags }) =>
        visit(`run ${id}`, title, hrefOf({ page: 'run', runId: id }), [id, state, ...tags, text]),
      );
    } catch {
      // The rest of the palette works without the host, and the page says that it is lost.
    }
  }

  async #load(): Promise<void> {
    try {
      const [studies, reports, pages] = await Promise.all([
        this.#client.query('studies.list', undefined),
        this.#client.query('reports.list', undefined),
        this.#client.query('guide.pages', undefined),
      ]);
      this.#studies = studies.map(({ id, title }) =>
        visit(`study ${id}`, title, hrefOf({ page: 'study', studyId: id }), ['study']),
      );
      this.#reports = [
        ...reports.map(({ id, document }) =>
          visit(`report ${id}`, document.title, hrefOf({ page: 'report', reportId: id }), ['report']),
        ),
        ...studies.map(({ id, title }) => {
          const to = hrefOf({ page: 'new-report', subject: { studyId: id } });
          return visit(`new report ${id}`, `New report: ${title}`, to, ['paper']);
        }),
      ];
      this.#pages = pages.map(({ name, title }) =>
        visit(`guide ${name}`, title, hrefOf({ page: 'help', name }), ['help']),
      );
    } catch {
      // As above.
    }
  }
}

function visit(id: string, label: string, href: string, keywords: readonly string[] = []): Command {
  return { id, label, keywords, run: () => (window.location.hash = href) };
}

const places: readonly Command[] = [
  visit('home', 'Home', hrefOf({ page: 'home' })),
  visit('runs', 'Runs', hrefOf({ page: 'runs', filter: null, text: '' }), ['history', 'list']),
  visit('queue', 'Queue', hrefOf({ page: 'runs', filter: 'queued', text: '' }), ['queued', 'order']),
  visit('running', 'Runs under way', hrefOf({ page: 'runs', filter: 'running', text: '' })),
  visit('failed', 'Failed runs', hrefOf({ page: 'runs', filter: 'failed', text: '' }), ['errors']),
  visit('studies', 'Studies', hrefOf({ page: 'studies' }), ['benchmark']),
  visit('reports', 'Reports', hrefOf({ page: 'reports' }), ['paper', 'figures', 'tables', 'latex', 'pdf']),
  ...libraryShelves.map((shelf) =>
    visit(`library ${shelf}`, `Library: ${shelf.replace('-', ' ')}`, hrefOf({ page: 'library', shelf })),
  ),
  visit('lab', 'Edit lab', hrefOf({ page: 'lab', lab: emptyLab }), ['sliders', 'coefficients']),
  visit('help', 'Help', hrefOf({ page: 'help', name: null }), ['guide']),
  visit('settings', 'Settings', hrefOf({ page: 'settings' }), ['engines', 'data', 'shortcuts', 'keys']),
];

const beginnings: readonly Command[] = wizards.map(({ kind, title, summary }) =>
  visit(`new ${kind}`, `New: ${title}`, hrefOf({ page: 'new', kind, from: null }), [summary]),
);
