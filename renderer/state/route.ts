import { runStateSchema, type RunState } from '#contract/records';

/** What the page shows; it is all in the address, so a reload keeps it. */
export type Route =
  | { readonly page: 'runs'; readonly filter: RunState | null }
  | { readonly page: 'run'; readonly runId: string }
  | { readonly page: 'study'; readonly studyId: string };

/** Reads a location's hash; an unknown one is the list of runs. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page, id] = path.split('/');
  if (page === 'runs' && id) return { page: 'run', runId: decodeURIComponent(id) };
  if (page === 'studies' && id) return { page: 'study', studyId: decodeURIComponent(id) };
  const filter = runStateSchema.safeParse(new URLSearchParams(query).get('state'));
  return { page: 'runs', filter: filter.success ? filter.data : null };
}

/** Writes the hash that {@link parseRoute} reads. */
export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'run':
      return `#/runs/${encodeURIComponent(route.runId)}`;
    case 'study':
      return `#/studies/${encodeURIComponent(route.studyId)}`;
    case 'runs':
      return route.filter === null ? '#/' : `#/?state=${route.filter}`;
  }
}
