import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ArtifactRecord } from '#contract/records';
import type { RunSpec } from '#contract/specs/index';
import { launchChromium } from '#test/support/chromium';
import { exampleDatasetInspection, exampleModelReport } from '#test/support/example-results';
import type { FakeHost } from '#test/support/fake-host';
import { hex } from '#test/support/hex';
import { encodeSample } from '#test/support/sample-image';
import { tempFolder } from '#test/support/temp-folder';
import { openPage } from './page-fixture';

const root = dirname(dirname(import.meta.dirname));

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

function fill(host: FakeHost): void {
  host.folders.set('/home/researcher', ['data/', 'notes.txt']);
  host.folders.set('/home/researcher/data', ['clip/', 'shapes/']);
  host.folders.set('/home/researcher/data/shapes', ['test/', 'train/']);
  host.folders.set('/home/researcher/data/clip', ['config.json', 'model.safetensors']);
}

const newest = (host: FakeHost, kind: RunSpec['kind']) =>
  [...host.runs.values()].findLast((run) => run.kind === kind);

/** Ends the inspection that the page has asked for. */
async function answerInspection(page: Page, host: FakeHost, found: object): Promise<void> {
  await page.getByText('Looking at it…').waitFor();
  const output = { id: hex('8', host.runs.size), kind: 'inspection', role: 'inspection' } as const;
  host.jsonArtifacts.set(output.id, found);
  const outputs: ArtifactRecord[] = [{ ...output, label: 'inspection', sizeBytes: 9, createdAt: 0 }];
  host.update(newest(host, 'inspect')!.id, { state: 'finished', outputs });
}

const step = (page: Page, title: string) =>
  page.getByRole('list', { name: 'Steps' }).getByRole('button', { name: title });

async function start(page: Page): Promise<void> {
  await step(page, 'Review').click();
  await page.getByRole('button', { name: 'Start the run' }).click();
  await page.getByRole('region', { name: 'Environment' }).waitFor();
}

/** Drops a file of a name on the page, as a browser reports it. */
async function drop(page: Page, ...names: string[]): Promise<void> {
  const dataTransfer = await page.evaluateHandle((all) => {
    const transfer = new DataTransfer();
    for (const name of all) transfer.items.add(new File([''], name));
    return transfer;
  }, names);
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('main', type, { dataTransfer });
  }
}

describe('importing from the page', () => {
  it('finds a dataset by keyboard, shows how it would be read, and lets splits be chosen', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    await page.goto(`${page.url()}#/library/datasets`);
    await page.getByRole('link', { name: 'Import…' }).click();
    await page.getByRole('button', { name: 'data, folder' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'clip, folder' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'test, folder' }).waitFor();
    await page.reload();
    await page.getByRole('region', { name: 'Chosen' }).getByText('/home/researcher/data/shapes').waitFor();
    await page.getByRole('link', { name: 'Continue' }).click();
    await answerInspection(page, host, exampleDatasetInspection);
    await page.getByRole('region', { name: /^folders of images, because it has train/ }).waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('shapes');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('train: train; val: drawn from train; test: test').waitFor();
    await page.getByLabel('Splits', { exact: true }).selectOption('own');
    await page.getByLabel('extra').selectOption('train');
    await page.getByLabel('Validation part').fill('2');
    await page.keyboard.press('Tab');
    await page.getByText('Too big: expected number to be <1').waitFor();
    await page.getByLabel('Validation part').fill('0.2');
    await page.getByLabel('Unreadable images').selectOption('fail');
    await start(page);
    expect(newest(host, 'import-dataset')!.spec).toMatchObject({
      params: {
        path: '/home/researcher/data/shapes',
        fingerprint: hex('f', 1),
        name: 'shapes',
        parts: { train: ['train', 'extra'], val: [], test: ['test'] },
        valFraction: 0.2,
        onUnreadable: 'fail',
      },
    });
    await finish();
  });

  it('says what files say of a model, and takes what somebody knows better', async () => {
    const { host, page, finish } = await openPage(browser, fill);
    await page.goto(`${page.url()}#/new/import-model`);
    const path = page.getByLabel('File or folder');
    await path.fill('/nowhere');
    await page.keyboard.press('Tab');
    await page.getByText('There is nothing at /nowhere.').waitFor();
    expect(await path.getAttribute('aria-invalid')).toBe('true');
    await path.fill('/home/researcher/data/clip');
    await page.keyboard.press('Tab');
    await answerInspection(page, host, exampleModelReport);
    await page.getByRole('row', { name: 'activation gelu config.json' }).waitFor();
    await page.getByText('the activation was assumed').waitFor();
    await step(page, 'What files do not say').click();
    await page.getByText('Found: gelu (config.json).').waitFor();
    await page.getByLabel('Activation').selectOption('quickGelu');
    await page.getByLabel('Preprocessing').selectOption('own');
    const red = page.getByLabel('Mean of red');
    await red.fill('half');
    await page.keyboard.press('Tab');
    await page.getByText('expected number').waitFor();
    await red.fill('0.5');
    await page.keyboard.press('Tab');
    await start(page);
    expect(newest(host, 'import-model')!.spec).toMatchObject({
      params: {
        name: 'clip',
        activation: 'quickGelu',
        preprocessing: { mean: [0.5, 0.4578275, 0.40821073] },
      },
    });
    await finish();
  });

  it('looks for what was dropped where somebody was last, and does not pretend to know where it lies', async () => {
    const { page, finish } = await openPage(browser, fill);
    await page.goto(`${page.url()}#/library/models`);
    await page.getByRole('link', { name: 'Import…' }).click();
    await page.getByRole('button', { name: 'data, folder' }).click();
    await page.getByRole('button', { name: 'shapes, folder' }).waitFor();
    await page.getByRole('link', { name: '‹ Library' }).click();
    await page.getByRole('heading', { name: 'Library' }).waitFor();
    await drop(page, 'shapes');
    await page.getByText('In the folder that you used last there is one of that name').waitFor();
    await page.getByRole('region', { name: 'Chosen' }).getByText('/home/researcher/data/shapes').waitFor();
    await drop(page, 'elsewhere.pt');
    await page.getByText('nothing is uploaded').waitFor();
    await drop(page, 'a', 'b');
    await page.getByText('Drop one file or one folder at a time.').waitFor();
    await finish();
  });

  it('makes a head from the page of a dataset', async () => {
    const { host, page, finish } = await openPage(browser, (filled) => {
      const made = { sizeBytes: 9, createdAt: 0 };
      filled.addArtifact('dataset', 'shapes', hex('b', 1));
      filled.addArtifact('dataset', 'other shapes', hex('b', 2));
      filled.addRun('import-model', {
        state: 'finished',
        outputs: [
          { ...made, id: hex('6', 1), kind: 'text-encoder', role: 'textEncoder', label: 'clip text encoder' },
          { ...made, id: hex('7', 1), kind: 'tokenizer', role: 'tokenizer', label: 'clip tokenizer' },
        ],
      });
    });
    await page.goto(`${page.url()}#/datasets/${hex('b', 2)}`);
    await page.getByRole('link', { name: 'Make zero-shot head' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('For example “a photo of a round”.').waitFor();
    await page.getByLabel('Names of classes').fill('disc\n\n square \nline');
    await page.getByRole('textbox', { name: 'Prompts' }).fill('a disc');
    await page.keyboard.press('Tab');
    await page.getByText('must contain {class}').first().waitFor();
    await page.getByText('There are 3 names, but the dataset has 2 classes.').waitFor();
    await page.getByLabel('Names of classes').fill('disc\nsquare');
    await page.getByRole('textbox', { name: 'Prompts' }).fill('a drawing of a {class}');
    await page.keyboard.press('Tab');
    await start(page);
    expect(newest(host, 'zero-shot-head')!.spec).toMatchObject({
      params: { templates: ['a drawing of a {class}'], promptNames: ['disc', 'square'] },
      inputs: { dataset: hex('b', 2), textEncoder: hex('6', 1), tokenizer: hex('7', 1) },
    });
    await finish();
  });
});

describe('importing with a real host', { timeout: 180_000 }, () => {
  it('brings in a model and a dataset with a broken image, reports it, and makes the head', async () => {
    const data = join(tempFolder(), 'crops');
    let seed = 0;
    for (const [split, count] of [
      ['train', 12],
      ['test', 2],
    ] as const) {
      for (const name of ['forest', 'river']) {
        mkdirSync(join(data, split, name), { recursive: true });
        for (let n = 0; n < count; n++) {
          writeFileSync(join(data, split, name, `${n}.png`), await encodeSample(seed++));
        }
      }
    }
    writeFileSync(join(data, 'train', 'river', 'broken.png'), (await encodeSample(1)).subarray(0, 60));
    copyFileSync(join(data, 'train', 'river', '3.png'), join(data, 'test', 'river', 'twin.png'));
    const env = { ...process.env, TANGENT_DATA_DIR: tempFolder(), TANGENT_NATIVE_ENGINE: undefined };
    const server = spawn(process.execPath, [join(root, 'out', 'main', 'localhost.js')], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(async () => {
      server.kill('SIGTERM');
      await once(server, 'exit');
    });
    const [address] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(address);
    const importPath = async (path: string): Promise<void> => {
      await page.getByRole('link', { name: 'Library' }).click();
      await page.getByRole('link', { name: 'Import…' }).click();
      await page.getByRole('list', { name: 'In this folder' }).waitFor();
      await page.getByRole('textbox', { name: 'Path' }).fill(path);
      await page.getByRole('button', { name: 'Open', exact: true }).click();
      await page.getByRole('region', { name: 'Chosen' }).getByText(path, { exact: true }).waitFor();
      await page.getByText('likely').locator('xpath=ancestor::label').click();
      await page.getByRole('link', { name: 'Continue' }).click();
    };
    await importPath(join(root, 'resources', 'starter', 'clip'));
    await page.getByRole('row', { name: 'activation quickGelu open_clip_config.json' }).waitFor();
    await start(page);
    await page.getByRole('link', { name: 'Fine-tune it' }).waitFor();
    await importPath(data);
    await page.getByRole('row', { name: 'train 25 train' }).waitFor();
    await start(page);
    await page.getByRole('row', { name: /train\/river\/broken.png its png data are damaged/ }).waitFor();
    await page
      .getByRole('row', { name: /^(train|val) and test 1 train\/river\/3.png = test\/river\/twin.png/ })
      .waitFor();
    await page.getByRole('link', { name: 'Look at its images' }).click();
    await page.getByRole('heading', { name: 'Report of its import' }).waitFor();
    await page.getByRole('link', { name: 'Make zero-shot head' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('For example “a photo of a forest”.').waitFor();
    await start(page);
    await page.getByRole('link', { name: 'Fine-tune with it' }).waitFor();
    await page.close();
  });
});
