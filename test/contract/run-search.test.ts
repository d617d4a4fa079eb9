import { describe, expect, it } from 'vitest';
import { matchesRun, parseRunSearch } from '#contract/run-search';
import { addRun, openTestCatalog } from '#test/support/catalog-fixture';
import { finetuneSpec, renderSpec } from '#test/support/specs';

describe('a search of runs', () => {
  it('is groups of words, and words to avoid', () => {
    expect(parseRunSearch(' Cars  linear OR ntk -Failed ')).toEqual([
      { words: ['cars', 'linear'], without: [] },
      { words: ['ntk'], without: ['failed'] },
    ]);
    expect(parseRunSearch('cars AND linear')).toEqual([{ words: ['cars', 'linear'], without: [] }]);
    expect(parseRunSearch(' OR - ')).toEqual([]);
  });

  it.each([
    ['', 4],
    ['finetune', 2],
    ['RENDER-tasks', 2],
    ['finetune OR render', 4],
    ['-finetune', 2],
    ['run of finetune', 2],
    ['finetune render', 0],
    ['Ä', 0],
    ['%', 0],
  ])('finds in the catalog what it finds on the page: %j', (text, count) => {
    const catalog = openTestCatalog();
    const runs = [finetuneSpec(), renderSpec(), finetuneSpec(), renderSpec()].map((spec) =>
      addRun(catalog, spec),
    );
    const found = catalog.runs.list({ limit: 10, text });
    expect(found).toHaveLength(count);
    const matching = runs.filter((run) => matchesRun(run, parseRunSearch(text)));
    expect(matching.map(({ id }) => id).sort()).toEqual(found.map(({ id }) => id).sort());
    expect(catalog.runs.counts(text)).toMatchObject({ queued: count, running: 0 });
  });
});
