import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactRecord } from '#contract/records';
import { parseReferenceNumbers } from '#report/reference-numbers';
import { reportBenchmark } from '#report/report-benchmark';
import published from '#resources/reference/tangent-task-arithmetic.json';
import { exampleBenchmark } from '#test/report/example-benchmark';
import { launchChromium } from '#test/support/chromium';
import { exampleAddition, exampleDatasetReport, exampleModelReport } from '#test/support/example-results';
import { addKernels, addMaps } from '#test/support/example-analyses';
import type { FakeHost } from '#test/support/fake-host';
import { exampleReport } from '#test/support/fake-reports';
import { hex } from '#test/support/hex';
import { openPage } from './page-fixture';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

function fill(host: FakeHost): void {
  host.addArtifact('model', 'starter', hex('a', 1));
  host.addArtifact('head', 'any head', hex('c', 1));
  for (const mode of ['standard', 'linear'] as const) for (const n of [1, 2, 3]) host.addTaskVector(n, mode);
  host.addRun('finetune', { id: 'training', title: 'Fine-tune on shapes' });
  host.emit('training', {
    type: 'progress',
    phase: 'fine-tuning',
    done: 30,
    total: 100,
    unit: 'steps',
    rate: 9.5,
    etaMs: 7000,
    peakBytes: 812e6,
  });
  host.emit('training', { type: 'metric', name: 'loss', step: 1, value: 2 });
  host.emit('training', { type: 'log', level: 'warning', message: 'a warning' });
  const addition: ArtifactRecord = {
    id: hex('9', 1),
    kind: 'addition',
    sizeBytes: 9,
    createdAt: 0,
    role: 'addition',
    label: 'addition',
  };
  host.jsonArtifacts.set(addition.id, exampleAddition('linear', 0.9));
  host.addRun('edit-add', { id: 'adding', title: 'Add', state: 'finished', outputs: [addition] });
  addMaps(host);
  addKernels(host);
  for (const [id, kind, content] of [
    ['importing-data', 'import-report', exampleDatasetReport],
    ['importing-model', 'model-report', exampleModelReport],
  ] as const) {
    const report = { ...addition, id: hex('4', id.length), kind, role: 'report' };
    host.jsonArtifacts.set(report.id, content);
    const made = kind === 'import-report' ? 'dataset' : 'model';
    const output = { ...addition, id: hex('3', id.length), kind: made, role: made } as const;
    host.addRun(`import-${made}`, { id, title: id, state: 'finished', outputs: [output, report] });
  }
  host.folders.set(host.home, ['data/', 'weights.pt']);
  const error = {
    code: 'diverged',
    kind: 'user',
    message: 'The loss became NaN.',
    advice: 'Lower it.',
    data: {},
  } as const;
  host.addRun('finetune', { id: 'failing', title: 'Fail', state: 'failed', error, specHash: hex('6', 1) });
  host.reports.set('study1', reportBenchmark(exampleBenchmark([0]), parseReferenceNumbers(published)));
  host.papers.gaps.add('alpha');
  const saved = { id: 'report1', createdAt: 1, updatedAt: 1, document: exampleReport() };
  host.papers.saved.set('report1', saved);
  host.setJob({
    installation: {
      state: 'running',
      progress: {
        variant: 'cpu',
        earlier: ['checking'],
        phase: 'compiling',
        done: 1,
        total: 4,
        unit: 'files',
      },
    },
    verification: {
      state: 'finished',
      result: {
        count: 9,
        bytes: 81,
        unlisted: 0,
        damaged: [
          {
            id: hex('d', 1),
            kind: 'task-vector',
            label: 'cut vector',
            sizeBytes: 9,
            problem: 'altered',
            madeBy: { runId: 'adding', title: 'Add' },
          },
        ],
      },
    },
  });
  host.setStudy({
    id: 'study1',
    template: 'quickstart',
    title: 'Quickstart',
    isBenchmark: true,
    state: 'stopped',
    error: null,
    createdAt: Date.now(),
    steps: [
      {
        id: 'add',
        title: 'Add',
        kind: 'edit-add',
        dependsOn: [],
        runId: 'adding',
        state: 'finished',
        reused: true,
      },
    ],
  });
}

interface Axe {
  run(where: string, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/** What axe finds in a view at rest, as one line for each kind of violation: what is still loading has time to end. */
async function violations(page: Page, options: object, part = 'main'): Promise<string[]> {
  for (let attempt = 1; ; attempt++) {
    const found = await page.evaluate(
      async ([where, how]) => {
        const result = await (window as unknown as { axe: Axe }).axe.run(where, {
          resultTypes: ['violations'],
          ...how,
        });
        return result.violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
        );
      },
      [part, options] as const,
    );
    if (found.length === 0 || attempt === 3) return found;
    await page.waitForTimeout(500);
  }
}

/** Every view, with what says that it is there. */
const views: readonly (readonly [string, string, (page: Page) => Promise<void>])[] = [
  ['home', '#/', (page) => page.getByRole('heading', { name: 'Needs attention' }).waitFor()],
  ['runs', '#/runs', (page) => page.getByRole('heading', { name: 'Runs' }).waitFor()],
  [
    'a comparison',
    '#/compare?runs=training,adding',
    (page) => page.getByRole('figure', { name: 'loss of 2 runs' }).waitFor(),
  ],
  ['a training', '#/runs/training', (page) => page.getByRole('figure').waitFor()],
  ['an addition', '#/runs/adding', (page) => page.getByRole('region', { name: /Task addition/ }).waitFor()],
  [
    'a map with the images of a cell',
    '#/runs/map-linear',
    async (page) => {
      await page.getByLabel('α of signs').selectOption('1.00');
      await page.getByText('of 100 images change').first().waitFor();
    },
  ],
  ['a kernel', '#/runs/kernel', (page) => page.getByRole('row').nth(1).waitFor()],
  ['a failure', '#/runs/failing', (page) => page.getByRole('alert').waitFor()],
  ['studies', '#/studies', (page) => page.getByText('1 of 1 steps').waitFor()],
  ['a study', '#/studies/study1', (page) => page.getByRole('figure', { name: /single-task/ }).waitFor()],
  [
    'the study wizard',
    '#/studies/new?template=quickstart',
    (page) => page.getByRole('radio', { name: /quickstart/ }).waitFor(),
  ],
  ['reports', '#/reports', (page) => page.getByRole('row', { name: /Report of a study/ }).waitFor()],
  [
    'a report with a piece that is open, and what can be added',
    '#/reports/report1',
    async (page) => {
      await page.getByRole('button', { name: 'Add…' }).click();
      await page.getByText('cannot be made yet').waitFor();
      await page.getByRole('button', { name: 'Figure training-loss figure' }).click();
      await page.getByText('Caption of figure training-loss.').first().waitFor();
    },
  ],
  ['the library', '#/library/task-vectors', (page) => page.getByRole('row').nth(3).waitFor()],
  ['a dataset', `#/datasets/${hex('b', 1)}`, (page) => page.getByRole('img').first().waitFor()],
  [
    'a report of a dataset',
    '#/runs/importing-data',
    (page) => page.getByRole('region', { name: 'Images in two splits' }).waitFor(),
  ],
  [
    'a report of a model',
    '#/runs/importing-model',
    (page) => page.getByRole('region', { name: 'What to be wary of' }).waitFor(),
  ],
  [
    'the choice of what to import',
    '#/import',
    (page) => page.getByRole('button', { name: 'data, folder' }).waitFor(),
  ],
  ['the choice of a lab', '#/lab', (page) => page.getByRole('checkbox').first().waitFor()],
  [
    'a lab',
    `#/lab?vectors=${hex('d', 1)},${hex('d', 2)}`,
    (page) => page.getByRole('row', { name: /average/ }).waitFor(),
  ],
  ['help', '#/help', (page) => page.getByRole('heading', { name: 'Getting started', level: 1 }).waitFor()],
  ['concepts', '#/help/concepts', (page) => page.getByRole('heading', { name: 'Local energy' }).waitFor()],
  ...['command-line', 'troubleshooting', 'engines'].map(
    (name) =>
      [
        `the help page ${name}`,
        `#/help/${name}`,
        (page: Page) => page.getByRole('heading', { level: 1 }).waitFor(),
      ] as const,
  ),
  [
    'settings',
    '#/settings',
    async (page) => {
      await page.getByText('Runs use it').waitFor();
      await page.getByRole('radio', { name: 'For NVIDIA GPUs' }).check({ force: true });
      await page.getByRole('button', { name: 'Look for what can go' }).click();
      await page.getByRole('button', { name: 'Remove 274 MB…' }).waitFor();
      await page.getByRole('row', { name: /^cut vector/ }).waitFor();
    },
  ],
  ['the list of wizards', '#/new', (page) => page.getByRole('link', { name: /^NTK/ }).waitFor()],
  ...[
    'finetune',
    'edit-add',
    'edit-negate',
    'disentanglement',
    'ntk',
    'import-model',
    'import-dataset',
    'import-task-vector',
    'import-head',
    'zero-shot-head',
    'class-head',
    'initialize-model',
  ].map(
    (kind) =>
      [
        `the wizard ${kind}`,
        `#/new/${kind}`,
        (page: Page) => page.getByRole('button', { name: 'Next' }).waitFor(),
      ] as const,
  ),
];

describe('for axe', () => {
  it.each([
    ['light', {}],
    // Nothing but colors differs.
    ['dark', { runOnly: ['color-contrast'] }],
  ] as const)('every view is without violations (%s)', { timeout: 120_000 }, async (colorScheme, options) => {
    const { page, server, finish } = await openPage(browser, fill, { colorScheme });
    page.setDefaultTimeout(30_000);
    // As a script of the page it would be against the page's policy.
    await page.evaluate(axe.source);
    // What stands around every view is looked at once.
    await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
    const found = await violations(page, options, 'html');
    for (const [name, hash, isThere] of views) {
      await page.goto(`${server.url}/${hash}`);
      await isThere(page);
      found.push(...(await violations(page, options)).map((violation) => `${name}: ${violation}`));
      const next = page.getByRole('button', { name: 'Next' });
      while (await next.isVisible()) {
        await next.click();
        found.push(
          ...(await violations(page, options)).map((violation) => `${name}, a later step: ${violation}`),
        );
      }
    }
    expect(found).toEqual([]);
    await finish();
  });
});
