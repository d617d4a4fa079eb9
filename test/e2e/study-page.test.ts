import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#contract/errors';
import type { StudyStepRecord } from '#contract/records';
import { parseReferenceNumbers } from '#report/reference-numbers';
import { reportBenchmark } from '#report/report-benchmark';
import published from '#resources/reference/tangent-task-arithmetic.json';
import { exampleBenchmark } from '#test/report/example-benchmark';
import { launchChromium } from '#test/support/chromium';
import type { FakeHost } from '#test/support/fake-host';
import { openPage } from './page-fixture';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

function stepOf(id: string, changes: Partial<StudyStepRecord>): StudyStepRecord {
  return {
    id,
    title: id,
    kind: 'finetune',
    dependsOn: [],
    runId: null,
    state: 'waiting',
    reused: false,
    ...changes,
  };
}

/** Two fine-tunings, of which one has finished, and what adds them. */
const threeSteps = [
  stepOf('digits', {
    title: 'Fine-tune on digits',
    runId: 'run-a',
    state: 'finished',
    variant: ['linear', 'seed 0'],
  }),
  stepOf('shapes', {
    title: 'Fine-tune on shapes',
    runId: 'run-b',
    state: 'running',
    variant: ['linear', 'seed 0'],
  }),
  stepOf('add', { title: 'Add the tasks', kind: 'edit-add', dependsOn: ['digits', 'shapes'] }),
];

function fill(host: FakeHost): void {
  host.addRun('finetune', { id: 'run-a', title: 'Fine-tune on digits', state: 'finished' });
  host.addRun('finetune', { id: 'run-b', title: 'Fine-tune on shapes', state: 'running' });
  host.studyCheck = (asked) => ({
    needs: [{ subject: 'model', state: 'made', detail: 'comes with the program', advice: null }],
    isReady: true,
    plan: {
      steps:
        'definition' in asked
          ? threeSteps.map((step) => ({ ...step, reused: step.state === 'finished' }))
          : [],
      estimate: { milliseconds: 125_000, stepCount: 2 },
    },
  });
}

async function openStudy(page: Page, host: FakeHost, state: 'running' | 'finished'): Promise<void> {
  host.setStudy({
    id: 'study1',
    template: 'mine',
    title: 'Mine',
    isBenchmark: state === 'finished',
    state,
    error: null,
    createdAt: Date.now(),
    steps:
      state === 'running'
        ? threeSteps
        : threeSteps.map((step) => ({ ...step, runId: step.runId ?? 'run-a', state: 'finished' })),
  });
  await page.evaluate(() => (window.location.hash = '#/studies/study1'));
  await page.getByRole('heading', { name: 'Mine', exact: true }).waitFor();
}

const wizardStep = (page: Page, title: string) =>
  page.getByRole('list', { name: 'Steps' }).getByRole('button', { name: title });

describe('the study wizard', () => {
  it('starts a study of chosen tasks and methods, after saying what it would take', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    await page.getByRole('link', { name: 'Studies' }).click();
    await page.getByRole('region', { name: 'What a study is' }).waitFor();
    await page.getByRole('link', { name: 'New study' }).click();
    await page.getByRole('radio', { name: /quickstart/ }).check();
    await page.getByText('3 runs').waitFor();
    await page.getByText('1 have been done already').waitFor();
    await page.getByText('about 2 min 05 s').waitFor();
    await wizardStep(page, 'Review').click();
    await page.getByText('tangent study run quickstart', { exact: true }).waitFor();

    await wizardStep(page, 'Tasks').click();
    for (const box of (await page.getByRole('checkbox').all()).slice(0, 3)) await box.uncheck();
    await page.getByText('Choose at least one task.').waitFor();
    await page.getByRole('checkbox').first().check();
    await wizardStep(page, 'Methods').click();
    await page.getByRole('checkbox', { name: /^standard/ }).uncheck();
    const seeds = page.getByLabel('Seeds');
    await seeds.fill('0, x');
    await page.keyboard.press('Tab');
    expect(await seeds.getAttribute('aria-invalid')).toBe('true');
    await seeds.fill('4, 5');
    await page.keyboard.press('Tab');
    // The draft outlives the page.
    await page.reload();
    await wizardStep(page, 'Training').click();
    await page.getByLabel('Learning rate').fill('0.002');
    await page.keyboard.press('Tab');
    await wizardStep(page, 'Review').click();
    await page.getByText('tangent study run study.json', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Start the study' }).click();
    await page.getByRole('heading', { name: 'Quickstart', exact: true }).waitFor();
    const [request] = host.studyRequests;
    expect(request).toMatchObject({
      definition: {
        title: expect.stringMatching(/, posthoc and linear only, seeds 4, 5$/) as string,
        benchmark: {
          tasks: [{}],
          methods: ['posthoc', 'linear'],
          seeds: [4, 5],
          training: { optimizer: { learningRate: 0.002 } },
        },
      },
    });
    await finish();
  });

  it('takes a definition of one’s own, and says on which line it is wrong', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    await page.evaluate(() => (window.location.hash = '#/studies/new'));
    await page.getByText('A definition of your own').click();
    const graph = {
      format: 'tangent-study/1',
      name: 'mine',
      title: 'Mine',
      description: '',
      steps: [{ id: 'Draw it', title: 'Draw', spec: { kind: 'render-tasks' } }],
    };
    const field = page.getByLabel('JSON, pasted or dropped here');
    await field.fill(JSON.stringify(graph, null, 2));
    await page.getByRole('button', { name: 'line 8' }).click();
    expect(
      await field.evaluate((text: HTMLTextAreaElement) =>
        text.value.slice(text.selectionStart, text.selectionEnd),
      ),
    ).toContain('Draw it');
    await field.fill(JSON.stringify(graph).replace('Draw it', 'draw'));
    await page.getByText('Taken: Mine').waitFor();
    await wizardStep(page, 'Review').click();
    expect(await wizardStep(page, 'Training').count()).toBe(0);
    await page.getByRole('button', { name: 'Start the study' }).click();
    await page.getByRole('heading', { name: 'Quickstart', exact: true }).waitFor();
    expect(host.studyRequests).toMatchObject([{ definition: { name: 'mine', steps: [{ id: 'draw' }] } }]);
    await finish();
  });
});

describe('the page of a study', () => {
  it('draws its steps, which the keyboard reaches, while it runs; stops it, and continues it', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    await openStudy(page, host, 'running');
    const graph = page.getByRole('group', { name: /Steps of the study/ });
    host.emit('run-b', {
      type: 'progress',
      phase: 'fine-tuning',
      done: 30,
      total: 120,
      unit: 'steps',
      rate: 9,
      etaMs: 10_000,
      peakBytes: null,
    });
    const running = graph.getByRole('link', {
      name: 'Fine-tune on shapes: running, 25 % of fine-tuning, 10 s left',
    });
    await running.waitFor();
    await graph.getByRole('link', { name: 'Fine-tune on digits: finished' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await running.evaluate((cell) => cell === document.activeElement)).toBe(true);
    await page.keyboard.press('ArrowRight');
    await page.getByText('needs Fine-tune on digits; Fine-tune on shapes').waitFor();
    await page.getByRole('button', { name: 'Stop study' }).click();
    await page.getByRole('button', { name: 'Continue study' }).click();
    await page.getByRole('button', { name: 'Stop study' }).waitFor();
    await page.getByText('table', { exact: true }).click();
    await page.getByRole('cell', { name: 'Fine-tune on shapes' }).waitFor();
    await page.getByText('picture', { exact: true }).click();
    await running.click();
    await page.getByRole('region', { name: 'Specification' }).waitFor();
    await finish();
  });

  it('shows results beside published numbers with their sources, and saves them', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    host.reports.set('study1', reportBenchmark(exampleBenchmark([0, 2]), parseReferenceNumbers(published)));
    await openStudy(page, host, 'finished');
    const table = page.getByRole('region', { name: 'Table: Task addition, 2 tasks' });
    const row = table.getByRole('row', { name: /^Non-linear FT tuned/ });
    await row.getByText('65.1 ± 0.1').waitFor();
    await page.getByText('Not the same experiment.').waitFor();
    await page.getByText('What differs from the paper’s protocol').click();
    await page.getByRole('row', { name: /^learning rate/ }).waitFor();
    await row.getByText('71.4†').waitFor();
    await row
      .getByRole('button', { name: /Ortiz-Jimenez/ })
      .first()
      .click();
    const source = page.getByRole('listitem').filter({ hasText: 'Table 1' }).first();
    expect(await source.evaluate((item) => item === document.activeElement)).toBe(true);
    await page.getByText('ViT-L-14', { exact: true }).click();
    await row.getByText('85.1†').waitFor();
    await page
      .getByRole('figure', { name: /non-linear single-task models against Linear FT: 4 points/ })
      .waitFor();

    await page.getByText('Export', { exact: true }).click();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Results (CSV)' }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe('mine-study1-results.csv');
    expect(await readFile(await saved.path(), 'utf8')).toContain(
      'pretrained,standard,2,"sum, tuned",,test,0.5,digits,702,1000,0.702',
    );
    await finish();
  });

  it('copies and saves its tables as the host writes them, and says why one cannot be made', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    host.reports.set('study1', reportBenchmark(exampleBenchmark([0, 2]), parseReferenceNumbers(published)));
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await openStudy(page, host, 'finished');
    const addition = page.getByRole('region', { name: 'Task addition, 2 tasks', exact: true });
    await addition.getByRole('button', { name: 'Copy the table' }).click();
    await page.getByRole('radio', { name: '95 % interval' }).check({ force: true });
    const copyAs = page.getByRole('group', { name: 'Copy the table as' });
    await copyAs.getByRole('button', { name: 'LaTeX' }).click();
    await page.getByText('Copied as LaTeX').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe('latex of a benchmark table');
    const model = host.reports.get('study1')!.published[0].model;
    const source = { kind: 'benchmark', studyId: 'study1', table: 'addition', published: model };
    expect(host.papers.written).toEqual([{ source, format: 'latex', spread: 'interval' }]);

    host.papers.tableError = new AppError('nothing_to_show', 'Nobody has measured it.');
    await copyAs.getByRole('button', { name: 'CSV' }).click();
    await page.getByText('Nobody has measured it.').waitFor();
    host.papers.tableError = null;
    const saveAs = page.getByRole('group', { name: 'Save the table as' });
    const saving = page.waitForEvent('download');
    await saveAs.getByRole('button', { name: 'Markdown' }).click();
    expect((await saving).suggestedFilename()).toBe('benchmark.markdown');

    await page.keyboard.press('Escape');
    await page.getByText('Export', { exact: true }).click();
    const exporting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Tables (Markdown)' }).click();
    const exported = await readFile(await (await exporting).path(), 'utf8');
    const { tables } = host.reports.get('study1')!;
    expect(exported).toBe(tables.map(() => 'markdown of a benchmark table').join('\n'));

    await page.evaluate(() => (window.location.hash = '#/compare?runs=run-a,run-b'));
    const compared = page.getByRole('region', { name: 'Side by side' });
    await compared.getByRole('button', { name: 'Copy the table' }).click();
    await copyAs.getByRole('button', { name: 'HTML' }).click();
    await page.getByText('Copied as HTML').waitFor();
    expect(host.papers.written.at(-1)).toEqual({
      source: { kind: 'comparison', runIds: ['run-a', 'run-b'] },
      format: 'html',
      spread: 'deviation',
    });
    await finish();
  });
});
