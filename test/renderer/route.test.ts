import { describe, expect, it } from 'vitest';
import { hrefOf, parseRoute, type Route } from '#renderer/state/route.ts';

const routes: readonly Route[] = [
  { page: 'home' },
  { page: 'runs', filter: null, text: '' },
  { page: 'runs', filter: 'failed', text: 'cars OR a&b=c' },
  { page: 'run', runId: 'a/b?c' },
  { page: 'compare', runIds: ['aa', 'bb'] },
  { page: 'studies' },
  { page: 'study', studyId: 'study 1' },
  { page: 'new-study', template: null, from: null },
  { page: 'new-study', template: 'starter-8', from: 'a1b2' },
  { page: 'reports' },
  { page: 'report', reportId: 'a1b2' },
  { page: 'new-report', subject: { studyId: 'study 1' } },
  { page: 'new-report', subject: { runIds: ['aa', 'bb'] } },
  { page: 'library', shelf: 'task-vectors' },
  { page: 'dataset', datasetId: 'aa' },
  { page: 'lab', lab: { taskVectors: [], mode: null, control: null } },
  { page: 'lab', lab: { taskVectors: ['aa', 'bb'], mode: 'posthoc', control: 'cc' } },
  { page: 'new', kind: null, from: null },
  { page: 'new', kind: 'finetune', from: null },
  { page: 'new', kind: 'ntk', from: 'run1' },
  {
    page: 'new',
    kind: 'ntk',
    from: 'run1',
    changes: { 'params.mode': 'linear', 'inputs.tasks': [{ a: 1 }] },
  },
  { page: 'new', kind: 'import-dataset', from: null, changes: { 'params.path': '/data/a & b, c=d' } },
  { page: 'import', source: { path: null, dropped: null, as: null } },
  { page: 'import', source: { path: '/data/ä #1?', dropped: 'x', as: 'import-head' } },
  { page: 'help', name: null },
  { page: 'help', name: 'why-it-works' },
  { page: 'help', name: 'concepts', section: 'weight-disentanglement-ξ' },
  { page: 'settings' },
];

describe('the address of a view', () => {
  it.each(routes)('is read as it was written: %j', (route) => {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  });

  it.each(['', '#', '#/', '#/nothing', '#/nothing/at/all?x=1'])('is home for %j', (hash) => {
    expect(parseRoute(hash)).toEqual({ page: 'home' });
  });

  it('forgets what is not valid', () => {
    expect(parseRoute('#/runs?state=odd')).toEqual({ page: 'runs', filter: null, text: '' });
    expect(parseRoute('#/reports/new')).toEqual({ page: 'reports' });
    expect(parseRoute('#/library/odd')).toEqual({ page: 'library', shelf: 'models' });
    expect(parseRoute('#/new/ntk?from=a&changes={')).toEqual({ page: 'new', kind: 'ntk', from: 'a' });
    expect(parseRoute('#/lab?mode=odd&vectors=,aa,')).toEqual({
      page: 'lab',
      lab: { taskVectors: ['aa'], mode: null, control: null },
    });
  });
});
