import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactRecord } from '#contract/records';
import { launchChromium } from '#test/support/chromium';
import { exampleAddition } from '#test/support/example-results';
import type { FakeHost } from '#test/support/fake-host';
import { hex } from '#test/support/hex';
import { openPage } from './page-fixture';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

function addVectors(host: FakeHost): void {
  for (const mode of ['standard', 'linear'] as const) for (const n of [1, 2]) host.addTaskVector(n, mode);
}

/** Chooses the two linear vectors and opens the lab. */
async function openLab(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Edit lab' }).click();
  const family = page.getByRole('region', { name: 'linear vectors, seed 7' });
  await family.getByRole('button', { name: 'Choose one of each task' }).click();
  await page.getByText('2 chosen').waitFor();
  await page.getByRole('button', { name: 'Open the lab' }).click();
  await page.getByRole('row', { name: /average/ }).waitFor();
}

const valueOf = (page: Page, task: string) =>
  page
    .getByRole('row', { name: new RegExp(`^${task}`) })
    .locator('.value')
    .innerText();

async function showsValue(page: Page, task: string, value: string): Promise<void> {
  await page
    .getByRole('row', { name: new RegExp(`^${task}`) })
    .locator('.value', { hasText: value })
    .waitFor();
}

describe('the edit lab', () => {
  it('lets only vectors be chosen together that can be in one edit', async () => {
    const { page, finish } = await openPage(browser, addVectors);
    await page.getByRole('link', { name: 'Edit lab' }).click();
    await page.getByRole('checkbox', { name: /task vector 1 \(linear\)/ }).check();
    expect(await page.getByRole('checkbox', { name: /task vector 2 \(standard\)/ }).isDisabled()).toBe(true);
    expect(await page.getByTitle('it was trained in another way').count()).toBe(2);
    await finish();
  });

  it('shows the accuracy on every task while the hand moves, beside what it is compared with', async () => {
    const { host, page, finish } = await openPage(browser, (prepared) => {
      addVectors(prepared);
      prepared.labWarnings = ['one vector was trained otherwise'];
    });
    await openLab(page);
    await page.getByText('one vector was trained otherwise').waitFor();
    expect(await valueOf(page, 'task 1')).toBe('50.0');
    await page.getByRole('slider', { name: 'All task vectors' }).fill('0.5');
    await showsValue(page, 'task 1', '70.0');
    await showsValue(page, 'average', '70.0');
    await page.getByRole('row', { name: /task 2.*\+20\.0/ }).waitFor();
    expect(await page.getByTitle('its own vector alone, α = 1: 90.0').count()).toBe(3);

    await page.getByRole('radio', { name: 'one each' }).check({ force: true });
    await page.getByRole('slider', { name: 'data 2' }).fill('1');
    await showsValue(page, 'task 2', '90.0');
    expect(await valueOf(page, 'task 1')).toBe('70.0');
    await page.getByRole('spinbutton', { name: 'α of data 1' }).fill('0.25');
    await page.keyboard.press('Enter');
    await showsValue(page, 'task 1', '60.0');
    expect(host.labQuestions.at(-1)).toEqual([0.25, 1]);
    await page.reload();
    await page.getByRole('row', { name: /average/ }).waitFor();
    await finish();
  });

  it('watches a control task, and says when less than 95 % of it is left', async () => {
    const { host, page, finish } = await openPage(browser, (prepared) => {
      addVectors(prepared);
      const inputs = { dataset: hex('b', 9) };
      const spec = {
        kind: 'class-head',
        specVersion: 1,
        params: { featureSize: 8, logitScale: 1 },
        inputs,
        seed: 0,
      } as const;
      const outputs = [
        { id: hex('c', 9), kind: 'head', sizeBytes: 1, createdAt: 1, role: 'head', label: 'objects head' },
      ] as const;
      prepared.addRun('class-head', { state: 'finished', spec, outputs: [...outputs] });
      prepared.labTop1 = (task, [first]) => (task < 2 ? 0.5 + 0.4 * first : 0.8 - 0.1 * first);
    });
    await openLab(page);
    await page.getByLabel('Control task').selectOption({ label: 'objects head' });
    const control = page.getByRole('row', { name: /^control: task 3/ });
    await control.waitFor();
    await page.getByRole('slider', { name: 'All task vectors' }).fill('0.3');
    await showsValue(page, 'control: task 3', '77.0');
    await showsValue(page, 'average', '62.0');
    expect(await control.locator('.lost').count()).toBe(0);
    await page.getByRole('slider', { name: 'All task vectors' }).fill('0.6');
    await showsValue(page, 'control: task 3', '74.0');
    expect(await control.locator('.value.lost').count()).toBe(1);
    expect(host.labQuestions.at(-1)).toEqual([0.6, 0.6]);
    await page.getByLabel('Control task').selectOption({ label: 'none' });
    await control.waitFor({ state: 'detached' });
    await finish();
  });

  it('takes α from the search of the protocol, and shows its curve', async () => {
    const { host, page, finish } = await openPage(browser, addVectors);
    await openLab(page);
    await page.getByRole('button', { name: 'Best on validation' }).click();
    await page.getByRole('status').getByText('waiting for a worker').waitFor();
    const run = [...host.runs.values()].find(({ kind }) => kind === 'edit-add')!;
    expect(run.spec).toMatchObject({ params: { mode: 'linear', gridPoints: 21 } });
    const addition: ArtifactRecord = {
      id: hex('9', 1),
      kind: 'addition',
      sizeBytes: 9,
      createdAt: 0,
      role: 'addition',
      label: 'addition',
    };
    const result = exampleAddition('linear', 0.9);
    host.jsonArtifacts.set(addition.id, result);
    host.update(run.id, { state: 'finished', outputs: [addition] });
    await page.getByRole('figure', { name: /Mean normalised validation accuracy/ }).waitFor();
    const alpha = page.getByRole('spinbutton', { name: 'α of All task vectors' });
    expect(await alpha.inputValue()).toBe(String(result.chosenScalingCoef));
    await finish();
  });

  it('finds one α for each task from responses, in the tangent space alone', async () => {
    const { host, page, finish } = await openPage(browser, addVectors);
    await openLab(page);
    await page.getByRole('button', { name: 'Best for each task' }).click();
    const made = (id: string, kind: ArtifactRecord['kind'], role: string): ArtifactRecord => ({
      id,
      kind,
      role,
      label: role,
      sizeBytes: 9,
      createdAt: 0,
    });
    const runOf = async (kind: string) => {
      await expect.poll(() => [...host.runs.values()].some((run) => run.kind === kind)).toBe(true);
      return [...host.runs.values()].find((run) => run.kind === kind)!;
    };
    const responses = await runOf('responses');
    expect(responses.spec).toMatchObject({ inputs: { datasets: [hex('b', 1), hex('b', 2)] } });
    const stored = [0, 1].flatMap((t) =>
      ['val', 'test'].map((split, s) => made(hex('4', 2 * t + s), 'responses', `responses.${t}.${split}`)),
    );
    host.update(responses.id, { state: 'finished', outputs: stored });
    const search = await runOf('edit-search');
    expect(search.spec).toMatchObject({
      inputs: {
        tasks: [
          { val: hex('4', 0), test: hex('4', 1) },
          { val: hex('4', 2), test: hex('4', 3) },
        ],
      },
    });
    const { test, pretrained, singleTask } = exampleAddition('linear', 0.9);
    const sum = { val: test, test };
    host.jsonArtifacts.set(hex('9', 2), {
      format: 'tangent-addition-search/1',
      pretrained: { val: pretrained, test: pretrained },
      singleTask: { val: singleTask.val, test: singleTask.test },
      grid: { ...sum, scalingCoef: 0.2 },
      exact: { ...sum, stretch: { from: 0.2, to: 0.21, scalingCoef: 0.205 } },
      perTask: {
        ...sum,
        scalingCoefs: [0.25, 0.5],
        crossEntropy: { pretrained: 2, minimum: 1 },
        residual: 1e-9,
        isConverged: true,
      },
    });
    host.update(search.id, { state: 'finished', outputs: [made(hex('9', 2), 'edit-search', 'search')] });
    await page.getByText('One α for each task, by the lowest validation cross-entropy').waitFor();
    expect(await page.getByRole('spinbutton', { name: 'α of data 2' }).inputValue()).toBe('0.5');
    await showsValue(page, 'task 1', '60.0');

    await page.goto(
      page
        .url()
        .replace('#/lab?', '#/lab?mode=standard&')
        .replaceAll(/vectors=.*/g, `vectors=${hex('e', 1)}`),
    );
    await page.getByRole('row', { name: /average/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Exact best' }).isDisabled()).toBe(true);
    await finish();
  });

  it('saves an edit as a run with the coefficients under the hand', async () => {
    const { host, page, finish } = await openPage(browser, addVectors);
    await openLab(page);
    await page.getByRole('slider', { name: 'All task vectors' }).fill('0.3');
    await page.getByRole('button', { name: 'Save this edit' }).click();
    await page.getByRole('status').getByText('waiting for a worker').waitFor();
    const run = [...host.runs.values()].find(({ kind }) => kind === 'edit-combine')!;
    expect(run.spec).toMatchObject({
      params: { mode: 'linear', scalingCoefs: [0.3, 0.3], gridPoints: null },
    });
    host.update(run.id, { state: 'finished', title: 'Combine 2 task vectors' });
    await page.getByRole('heading', { name: 'Combine 2 task vectors' }).waitFor();
    await finish();
  });

  it('opens no lab for a vector whose task is not known', async () => {
    const { host, page, server, finish } = await openPage(browser, addVectors);
    const outputs = [
      {
        id: hex('7', 1),
        kind: 'task-vector',
        sizeBytes: 1,
        createdAt: 1,
        role: 'taskVector',
        label: 'foreign',
      },
    ] as const;
    host.addRun('render-tasks', { state: 'finished', outputs: [...outputs] });
    await page.goto(`${server.url}/#/lab?vectors=${hex('7', 1)}`);
    await page.getByRole('alert').getByText('foreign was not fine-tuned here').waitFor();
    await finish();
  });
});

describe('the library', () => {
  it('lists what there is by kind, and finds it by words', async () => {
    const { host, page, finish } = await openPage(browser, addVectors);
    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByText('No model yet.').waitFor();
    await page.getByRole('radio', { name: 'Task vectors' }).check({ force: true });
    await page.getByRole('row', { name: /task vector 2 \(linear\)/ }).waitFor();
    await page.getByRole('searchbox', { name: 'Search labels' }).fill('(linear)');
    await page
      .getByRole('row', { name: /\(standard\)/ })
      .first()
      .waitFor({ state: 'detached' });
    host.addTaskVector(3, 'linear');
    await page.getByRole('row', { name: /task vector 3 \(linear\)/ }).waitFor();
    await page.getByRole('link', { name: 'Fine-tune on data 3 (linear)' }).click();
    await page.getByRole('heading', { name: 'Fine-tune on data 3 (linear)' }).waitFor();
    await finish();
  });
});

describe('a dataset', () => {
  it('shows its classes with their images', async () => {
    const { page, finish } = await openPage(browser, addVectors);
    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByRole('radio', { name: 'Datasets' }).check({ force: true });
    await page.getByRole('link', { name: 'data 1', exact: true }).click();
    await page.getByRole('heading', { name: 'shapes' }).waitFor();
    await page.getByRole('radio', { name: /train/ }).waitFor({ state: 'attached' });
    expect(await page.getByRole('radio', { name: /train/ }).locator('..').innerText()).toContain('15');
    await page.getByRole('button', { name: /square/ }).click();
    await page.getByRole('heading', { name: 'Images of square' }).waitFor();
    const image = page.getByRole('img', { name: 'square, image 1, image-1.png' });
    await image.waitFor();
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(1);
    await finish();
  });
});

describe('the settings', () => {
  it('change the theme, and keep it', async () => {
    const { page, finish } = await openPage(browser, () => undefined, { colorScheme: 'light' });
    await page.getByRole('link', { name: 'Settings' }).click();
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
    expect(await ground()).not.toBe(light);
    await page.reload();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    expect(await ground()).not.toBe(light);
    await finish();
  });
});
