import { evaluationModeSchema, type EvaluationMode } from '#contract/specs/common';
import { runKindSchema, type RunKind } from '#contract/specs/index';
import { runStateSchema, type RunState } from '#contract/records';
import type { ReportDocument } from '#contract/report';

/** What the library keeps apart. */
export const libraryShelves = ['models', 'task-vectors', 'datasets', 'heads'] as const;
/** See {@link libraryShelves}. */
export type LibraryShelf = (typeof libraryShelves)[number];

/** What can be brought in from the disk. */
export const importKinds = ['import-model', 'import-dataset', 'import-task-vector', 'import-head'] as const;
/** See {@link importKinds}. */
export type ImportKind = (typeof importKinds)[number];

/** Where the choice of a file or folder begins. */
export interface ImportAddress {
  /** Null for the folder last used. */
  readonly path: string | null;
  /** Name of what was dropped on the page, where the browser does not tell more. */
  readonly dropped: string | null;
  /** Null for what it seems to be. */
  readonly as: ImportKind | null;
}
/** An import for which everything is still to be chosen. */
export const emptyImport: ImportAddress = { path: null, dropped: null, as: null };

/** What an edit lab holds. */
export interface LabAddress {
  /** Artifact ids; none where they are still to be chosen. */
  readonly taskVectors: readonly string[];
  /** Null for the one that fits the vectors. */
  readonly mode: EvaluationMode | null;
  /** The head of the control task; null for none. */
  readonly control: string | null;
}
/** A lab for which everything is still to be chosen. */
export const emptyLab: LabAddress = { taskVectors: [], mode: null, control: null };

/** New values of fields of a draft, by their path in the specification. */
export type DraftChanges = Readonly<Record<string, unknown>>;

/** What the page shows; it is all in the address, so a reload keeps it. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'runs'; readonly filter: RunState | null; readonly text: string }
  | { readonly page: 'run'; readonly runId: string }
  | { readonly page: 'compare'; readonly runIds: readonly string[] }
  | { readonly page: 'studies' }
  | { readonly page: 'study'; readonly studyId: string }
  /** The study wizard, beginning with a template or with an earlier study. */
  | { readonly page: 'new-study'; readonly template: string | null; readonly from: string | null }
  | { readonly page: 'reports' }
  | { readonly page: 'report'; readonly reportId: string }
  /** What the host suggests for a study or for runs, which is saved when it is changed. */
  | { readonly page: 'new-report'; readonly subject: ReportDocument['subject'] }
  | { readonly page: 'library'; readonly shelf: LibraryShelf }
  | { readonly page: 'dataset'; readonly datasetId: string }
  | { readonly page: 'lab'; readonly lab: LabAddress }
  | { readonly page: 'import'; readonly source: ImportAddress }
  /** A wizard, beginning with an earlier run if one is named, with some fields changed; the list of wizards. */
  | {
      readonly page: 'new';
      readonly kind: RunKind | null;
      readonly from: string | null;
      readonly changes?: DraftChanges;
    }
  /** A page of the guide, and a section of it by its slug; the first page if none is named. */
  | { readonly page: 'help'; readonly name: string | null; readonly section?: string }
  | { readonly page: 'settings' };

/** Reads a location's hash; an unknown one is home. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page, id = ''] = path.split('/').map(decodeURIComponent);
  const search = new URLSearchParams(query);
  switch (page) {
    case 'runs': {
      if (id !== '') return { page: 'run', runId: id };
      const filter = runStateSchema.safeParse(search.get('state'));
      return { page: 'runs', filter: filter.success ? filter.data : null, text: search.get('text') ?? '' };
    }
    case 'compare':
      return { page: 'compare', runIds: search.get('runs')?.split(',').filter(Boolean) ?? [] };
    case 'studies':
      // No study's id is a word.
      if (id === 'new') {
        return { page: 'new-study', template: search.get('template'), from: search.get('from') };
      }
      return id === '' ? { page: 'studies' } : { page: 'study', studyId: id };
    case 'reports': {
      // No report's id is a word.
      if (id !== 'new') return id === '' ? { page: 'reports' } : { page: 'report', reportId: id };
      const [studyId, runIds] = [search.get('study'), search.get('runs')?.split(',').filter(Boolean) ?? []];
      if (studyId !== null) return { page: 'new-report', subject: { studyId } };
      return runIds.length > 0 ? { page: 'new-report', subject: { runIds } } : { page: 'reports' };
    }
    case 'datasets':
      return id === '' ? { page: 'library', shelf: 'datasets' } : { page: 'dataset', datasetId: id };
    case 'library':
      return { page: 'library', shelf: libraryShelves.find((shelf) => shelf === id) ?? libraryShelves[0] };
    case 'lab': {
      const mode = evaluationModeSchema.safeParse(search.get('mode'));
      const taskVectors = search.get('vectors')?.split(',').filter(Boolean) ?? [];
      const lab = { taskVectors, mode: mode.success ? mode.data : null, control: search.get('control') };
      return { page: 'lab', lab };
    }
    case 'import': {
      const as = importKinds.find((kind) => kind === search.get('as')) ?? null;
      return {
        page: 'import',
        source: { path: search.get('path'), dropped: search.get('dropped'), as },
      };
    }
    case 'new': {
      const kind = runKindSchema.safeParse(id);
      const changes = parseChanges(search.get('changes'));
      return {
        page: 'new',
        kind: kind.success ? kind.data : null,
        from: search.get('from'),
        ...(changes === null ? {} : { changes }),
      };
    }
    case 'help': {
      const section = search.get('section');
      return { page: 'help', name: id === '' ? null : id, ...(section === null ? {} : { section }) };
    }
    case 'settings':
      return { page: 'settings' };
    default:
      return { page: 'home' };
  }
}

/** Writes the hash that {@link parseRoute} reads. */
export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'home':
      return '#/';
    case 'runs':
      return withSearch('#/runs', { state: route.filter, text: route.text });
    case 'run':
      return `#/runs/${encodeURIComponent(route.runId)}`;
    case 'compare':
      return withSearch('#/compare', { runs: route.runIds.join(',') });
    case 'studies':
      return '#/studies';
    case 'study':
      return `#/studies/${encodeURIComponent(route.studyId)}`;
    case 'new-study':
      return withSearch('#/studies/new', { template: route.template, from: route.from });
    case 'reports':
      return '#/reports';
    case 'report':
      return `#/reports/${encodeURIComponent(route.reportId)}`;
    case 'new-report': {
      const { subject } = route;
      return withSearch(
        '#/reports/new',
        'studyId' in subject ? { study: subject.studyId } : { runs: subject.runIds.join(',') },
      );
    }
    case 'dataset':
      return `#/datasets/${encodeURIComponent(route.datasetId)}`;
    case 'library':
      return `#/library/${route.shelf}`;
    case 'lab':
      return withSearch('#/lab', {
        vectors: route.lab.taskVectors.join(','),
        mode: route.lab.mode,
        control: route.lab.control,
      });
    case 'import':
      return withSearch('#/import', { ...route.source });
    case 'new':
      return withSearch(route.kind === null ? '#/new' : `#/new/${route.kind}`, {
        from: route.from,
        changes: route.changes === undefined ? null : JSON.stringify(route.changes),
      });
    case 'help':
      return withSearch(route.name === null ? '#/help' : `#/help/${encodeURIComponent(route.name)}`, {
        section: route.section ?? null,
      });
    case 'settings':
      return '#/settings';
  }
}

function parseChanges(text: string | null): DraftChanges | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' && !Array.isArray(value) ? (value as DraftChanges | null) : null;
  } catch {
    return null;
  }
}

/** Adds what is there to a path. */
function withSearch(path: string, parts: Readonly<Record<string, string | null>>): string {
  const search = Object.entries(parts)
    .filter(([, value]) => value !== null && value !== '')
    // Commas may stand in an address as they are.
    .map(([name, value]) => `${name}=${encodeURIComponent(value!).replaceAll('%2C', ',')}`);
  return search.length === 0 ? path : `${path}?${search.join('&')}`;
}
