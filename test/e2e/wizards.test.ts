import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSpec } from '#contract/specs/index';
import { launchChromium } from '#test/support/chromium';
import type { FakeHost } from '#test/support/fake-host';
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
}

/** The specification of the newest run of a kind. */
function submitted(host: FakeHost, kind: RunSpec['kind']): RunSpec | null {
  return [...host.runs.values()].findLast((run) => run.kind === kind && run.state === 'queued')?.spec ?? null;
}

async function open(page: Page, wizard: string): Promise<void> {
  await page.getByRole('link', { name: 'New', exact: true }).click();
  await page
    .getByRole('listitem')
    .getByRole('link', { name: new RegExp(`^${wizard}`) })
    .click();
  await page.getByRole('heading', { name: wizard, exact: true }).waitFor();
}

const step = (page: Page, title: string) =>
  page.getByRole('list', { name: 'Steps' }).getByRole('button', { name: title });

/** Goes to the last step and starts the run. */
async function start(page: Page): Promise<void> {
  await step(page, 'Review').click();
  await page.getByRole('button', { name: 'Start the run' }).click();
  await page.getByRole('region', { name: 'Environment' }).waitFor();
}

describe('the wizards', () => {
  it('fine-tune with what is chosen, and with a preset of the studies', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    await open(page, 'Fine-tune');
    // There is one model and one head, so they are chosen.
    await page
      .getByLabel('Model')
      .locator('option:checked', { hasText: 'starter' })
      .waitFor({ state: 'attached' });
    await step(page, 'Review').click();
    await page.getByText('Something is still to be chosen').waitFor();
    await step(page, 'Task').click();
    await page.getByText('This is still to be chosen.').waitFor();
    await page.getByLabel('Dataset').selectOption({ value: hex('b', 2) });
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'paper: released-code' }).click();
    expect(await page.getByLabel('Warm-up steps').inputValue()).toBe('500');
    await page.getByRole('button', { name: 'starter', exact: true }).click();
    await page.getByRole('textbox', { name: 'Steps', exact: true }).fill('300');
    await page.getByLabel('Seed').fill('4');
    await page.getByLabel('Gradient norm limit').fill('');
    await start(page);
    expect(submitted(host, 'finetune')).toMatchObject({
      params: {
        mode: 'linear',
        optimizer: { learningRate: 1e-3 },
        schedule: { steps: 300, clipNorm: null },
      },
      inputs: { model: hex('a', 1), dataset: hex('b', 2), head: hex('c', 1) },
      seed: 4,
    });
    await finish();
  });

  it('say at the field what is wrong with it', async () => {
    const { page, finish } = await openPage(browser, fill);
    await open(page, 'Fine-tune');
    await page.getByRole('button', { name: 'Next' }).click();
    const steps = page.getByRole('textbox', { name: 'Steps', exact: true });
    await steps.fill('many');
    await page.keyboard.press('Tab');
    await page.getByText('expected number').waitFor();
    expect(await steps.getAttribute('aria-invalid')).toBe('true');
    await steps.fill('100');
    await page.getByLabel('Warm-up steps').fill('200');
    await page.keyboard.press('Tab');
    await page.getByText('warmupSteps must be below steps').first().waitFor();
    await finish();
  });

  it('keep a draft over a reload, undo and redo it, and begin again', async () => {
    const { page, finish } = await openPage(browser, fill);
    await open(page, 'Fine-tune');
    await step(page, 'Training').click();
    const rate = page.getByLabel('Learning rate');
    const initial = await rate.inputValue();
    await rate.fill('0.5');
    await page.keyboard.press('Tab');
    await page.reload();
    await step(page, 'Training').click();
    expect(await rate.inputValue()).toBe('0.5');
    await rate.fill('0.25');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await rate.inputValue()).toBe('0.5');
    await page.keyboard.press('Control+Shift+z');
    expect(await rate.inputValue()).toBe('0.25');
    await page.getByRole('button', { name: 'Begin again' }).click();
    await step(page, 'Training').click();
    expect(Number(await rate.inputValue())).toBe(Number(initial));
    await finish();
  });

  it('begin with an earlier run', async () => {
    const { page, finish } = await openPage(browser, (host) => {
      fill(host);
      host.addRun('finetune', { id: 'run-a', title: 'Fine-tune on shapes', state: 'finished' });
    });
    await page.getByRole('link', { name: 'Fine-tune on shapes' }).click();
    await page.getByRole('link', { name: 'Duplicate' }).click();
    await step(page, 'Training').click();
    expect(await page.getByRole('textbox', { name: 'Steps', exact: true }).inputValue()).toBe('400');
    expect(await page.getByLabel('Seed').inputValue()).toBe('7');
    await finish();
  });

  it('add task vectors that go together', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    await open(page, 'Task addition');
    await page
      .getByRole('region', { name: 'standard vectors, seed 7' })
      .getByRole('button', { name: 'Choose one of each task' })
      .click();
    await page.getByRole('checkbox', { name: 'task vector 3 (standard)' }).uncheck();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Mode').selectOption('posthoc');
    await step(page, 'Review').click();
    await page.getByText('About 1 min 35 s and at most 400 MB of memory, by 2 earlier runs').waitFor();
    await start(page);
    expect(submitted(host, 'edit-add')).toMatchObject({
      params: { mode: 'posthoc', gridPoints: 21 },
      inputs: {
        model: hex('a', 1),
        tasks: [
          { dataset: hex('b', 1), taskVector: hex('e', 1) },
          { dataset: hex('b', 2), taskVector: hex('e', 2) },
        ],
      },
    });
    await finish();
  });

  it('negate task vectors with a control that is none of them', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    await open(page, 'Task negation');
    await page.getByRole('checkbox', { name: 'task vector 1 (linear)' }).check();
    await page.getByRole('button', { name: 'Next' }).click();
    const control = page.getByLabel('Control', { exact: true });
    await control.locator('option', { hasText: 'data 2' }).waitFor({ state: 'attached' });
    expect(await control.locator('option', { hasText: 'data 1' }).count()).toBe(0);
    await control.selectOption({ value: hex('b', 3) });
    await page.getByLabel('Kept at least').fill('0.9');
    await start(page);
    expect(submitted(host, 'edit-negate')).toMatchObject({
      params: { mode: 'linear', controlThreshold: 0.9 },
      inputs: { control: { dataset: hex('b', 3), head: hex('c', 1) }, tasks: [{ taskVector: hex('d', 1) }] },
    });
    await finish();
  });

  it('map two vectors, or all along one α', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    await open(page, 'Disentanglement map');
    const family = page.getByRole('region', { name: 'linear vectors, seed 7' });
    await family.getByRole('button', { name: 'Choose one of each task' }).click();
    await page.getByText('a map needs exactly two tasks').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('radio', { name: 'all tasks along one α' }).check({ force: true });
    await page.getByLabel('Points').fill('11');
    await start(page);
    expect(submitted(host, 'disentanglement')).toMatchObject({
      params: { mode: 'linear', cells: { shape: 'diagonal', from: 0, to: 1, points: 11 } },
    });
    await finish();
  });

  it('compute a kernel of a task against a control', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    await open(page, 'NTK spectrum');
    await page.getByLabel('Task', { exact: true }).selectOption({ value: hex('b', 1) });
    await page.getByLabel('Control', { exact: true }).selectOption({ value: hex('b', 2) });
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Method').selectOption('products');
    await page.getByText('products find leading eigenfunctions: say how many').waitFor();
    await page.getByLabel('Eigenfunctions').fill('10');
    await start(page);
    expect(submitted(host, 'ntk')).toMatchObject({
      params: { method: 'products', rank: 10 },
      inputs: { task: { dataset: hex('b', 1) }, control: { dataset: hex('b', 2) }, taskVector: null },
    });
    await finish();
  });

  it('tell how long a fine-tuning will take, before it starts', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    await open(page, 'Fine-tune');
    await page.getByLabel('Dataset').selectOption({ value: hex('b', 2) });
    await step(page, 'Review').click();
    await page.getByRole('button', { name: 'How long will it take?' }).click();
    await page.getByRole('button', { name: 'Trying a few steps…' }).waitFor();
    const run = [...host.runs.values()].find(({ kind }) => kind === 'forecast')!;
    expect(run.spec).toMatchObject({ params: { work: 'linear', steps: 2000, batchSize: 128 } });
    const output = {
      id: hex('8', 1),
      kind: 'forecast',
      label: 'f',
      role: 'forecast',
      sizeBytes: 9,
      createdAt: 0,
    } as const;
    host.jsonArtifacts.set(output.id, {
      format: 'tangent-forecast/1',
      work: 'linear',
      batchSize: 128,
      steps: 2000,
      peakBytes: 4e8,
      availableBytes: 8e9,
      probes: [],
      millisecondsPerStep: 96,
      totalMilliseconds: 192_000,
      fits: true,
    });
    host.update(run.id, { state: 'finished', outputs: [output] });
    await page.getByText('3 min 12 s at 96 ms a step; 400 MB of memory at most').waitFor();
    await finish();
  });
});
