import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '#test/support/chromium';
import type { FakeHost } from '#test/support/fake-host';
import { exampleReport } from '#test/support/fake-reports';
import { openPage } from './page-fixture';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

function addStudy(host: FakeHost): void {
  host.setStudy({
    id: 'study1',
    template: 'mine',
    title: 'Mine',
    isBenchmark: false,
    state: 'finished',
    error: null,
    createdAt: 0,
    steps: [],
  });
}

const pieces = (page: Page) => page.getByRole('list', { name: 'Pieces in order' });
/** The names of the pieces, from the top. */
const order = (page: Page) => pieces(page).locator('.title').allTextContents();
const sheet = (page: Page) => page.getByRole('region', { name: 'Preview' });
const waitForOrder = (page: Page, names: readonly string[]) =>
  expect.poll(() => order(page), { timeout: 10_000 }).toEqual(names);
const waitUntilSaved = (page: Page) => page.getByRole('status').getByText('Saved', { exact: true }).waitFor();
const idsOf = (host: FakeHost) => host.papers.saved.get('report1')?.document.items.map(({ id }) => id);

const [introduction, addition, alpha, training] = [
  'Introduction',
  'Table addition',
  'Figure alpha-addition',
  'Figure training-loss',
];

describe('the report builder', () => {
  it('makes a report of a study, in the order that keys and the mouse give it, and keeps it', async () => {
    const { host, page, finish } = await openPage(browser, addStudy);
    await page.getByRole('link', { name: 'Studies' }).click();
    await page.getByRole('link', { name: 'Mine' }).click();
    await page.getByRole('link', { name: 'Report', exact: true }).click();
    await page.getByText('Not saved yet').waitFor();
    await waitForOrder(page, [introduction, addition, alpha, training]);
    await sheet(page).getByText('Figure 2. Figure training-loss. Caption of figure training-loss.').waitFor();
    const image = sheet(page).getByRole('img', { name: training });
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(624);

    const grip = page.getByRole('button', { name: `Move ${training}:` });
    await grip.press('ArrowUp');
    await grip.press('ArrowUp');
    await page.getByText(`${training} is now piece 2 of 4.`).waitFor();
    await waitForOrder(page, [introduction, training, addition, alpha]);
    // The keys go on with the same piece.
    await page.keyboard.press('End');
    await waitForOrder(page, [introduction, addition, alpha, training]);
    await waitUntilSaved(page);
    expect(page.url()).toContain('#/reports/report1');

    const from = (await page.getByRole('button', { name: `Move ${alpha}:` }).boundingBox())!;
    const to = (await page.getByRole('button', { name: `Move ${introduction}:` }).boundingBox())!;
    await page.mouse.move(from.x + 5, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(to.x + 5, to.y + 20, { steps: 4 });
    await page.mouse.move(to.x + 5, to.y - 2, { steps: 2 });
    await waitForOrder(page, [introduction, addition, alpha, training]);
    await page.mouse.up();
    await waitForOrder(page, [alpha, introduction, addition, training]);
    await sheet(page)
      .getByText('Figure 1. Figure alpha-addition. Caption of figure alpha-addition.')
      .waitFor();
    await expect
      .poll(() => idsOf(host))
      .toEqual(['alpha-addition', 'introduction', 'addition', 'training-loss']);
    await page.reload();
    await waitForOrder(page, [alpha, introduction, addition, training]);
    await finish();
  });

  it('changes captions, texts, widths and the look, and takes it back', async () => {
    const { host, page, finish } = await openPage(browser, (prepared) => {
      prepared.papers.saved.set('report1', {
        id: 'report1',
        createdAt: 1,
        updatedAt: 1,
        document: exampleReport(),
      });
    });
    await page.getByRole('link', { name: 'Reports' }).click();
    await page.getByRole('link', { name: 'Report of a study' }).click();
    await sheet(page).getByText('Caption of figure training-loss.').waitFor();
    expect(host.papers.previewed).toHaveLength(3);

    await pieces(page)
      .getByRole('button', { name: `${alpha} figure` })
      .click();
    const caption = page.getByLabel('Caption');
    expect(await caption.getAttribute('placeholder')).toBe('Caption of figure alpha-addition.');
    await caption.fill('α & <b>β</b>');
    await sheet(page).getByText('Figure 1. Figure alpha-addition. α & <b>β</b>').waitFor();
    await page.getByRole('button', { name: 'Its own caption' }).click();
    await sheet(page)
      .getByText('Figure 1. Figure alpha-addition. Caption of figure alpha-addition.')
      .waitFor();
    expect(host.papers.previewed).toHaveLength(3);

    await page.getByRole('radio', { name: 'whole width' }).check({ force: true });
    await expect.poll(() => host.papers.previewed.length).toBe(4);
    await page.getByLabel('Journal').selectOption('NeurIPS');
    // Both figures, and not the table.
    await expect
      .poll(() =>
        host.papers.previewed
          .slice(4)
          .map(({ item }) => item.id)
          .sort(),
      )
      .toEqual(['alpha-addition', 'training-loss']);
    await pieces(page)
      .getByRole('button', { name: `${introduction} text` })
      .click();
    await page.getByLabel('Text').fill('One.\n\nTwo.');
    await sheet(page).getByText('Two.', { exact: true }).waitFor();
    await page.getByRole('button', { name: `Remove ${addition}` }).click();
    await waitForOrder(page, [introduction, alpha, training]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await waitForOrder(page, [introduction, addition, alpha, training]);
    await page.getByRole('button', { name: `Duplicate ${addition}` }).click();
    await waitForOrder(page, [introduction, addition, addition, alpha, training]);
    await waitUntilSaved(page);
    const { document } = host.papers.saved.get('report1')!;
    expect(document.style.preset).toBe('neurips');
    expect(document.items[0]).toMatchObject({ text: 'One.\n\nTwo.' });
    expect(document.items.find(({ id }) => id === 'alpha-addition')).toMatchObject({
      width: 'double',
      caption: null,
    });
    await finish();
  });

  it('adds what there is to show, explains what there is not, and asks again', async () => {
    const { host, page, finish } = await openPage(browser, (prepared) => {
      addStudy(prepared);
      prepared.papers.gaps.add('training');
      const document = { ...exampleReport(), items: exampleReport().items.slice(0, 2) };
      prepared.papers.saved.set('report1', { id: 'report1', createdAt: 1, updatedAt: 1, document });
    });
    await page.evaluate(() => (window.location.hash = '#/reports/report1'));
    await page.getByRole('button', { name: 'Add…' }).click();
    const chooser = page.getByRole('group', { name: 'What can be added' });
    await chooser.getByText('in the report').waitFor();
    await chooser.getByText('cannot be made yet').waitFor();
    await chooser.getByRole('button', { name: `Add ${alpha}` }).click();
    await waitForOrder(page, [introduction, addition, alpha]);
    await chooser.getByRole('button', { name: 'Add Training curves' }).click();
    await page.getByText('This figure cannot be made. The study has not measured it.').waitFor();
    await page.getByText('Continue the study.').waitFor();
    host.papers.gaps.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await sheet(page).getByText('Figure 2. Figure training-loss. Caption of figure training-loss.').waitFor();
    await chooser.getByRole('button', { name: 'Add a text' }).click();
    await page.getByLabel('Heading').fill('Discussion');
    await sheet(page).getByRole('heading', { name: 'Discussion' }).waitFor();
    await finish();
  });

  it('exports the bundle, and tells the command that does the same', async () => {
    let open: () => void = () => undefined;
    const { host, page, finish } = await openPage(browser, (prepared) => {
      addStudy(prepared);
      prepared.papers.gate = new Promise((resolve) => (open = resolve));
    });
    await page.evaluate(() => (window.location.hash = '#/reports/new?study=study1'));
    await page.getByText('Making the table…').waitFor();
    await page.getByRole('button', { name: 'Command', exact: true }).click();
    await page.getByText('tangent report study1 --out report.zip').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await waitUntilSaved(page);
    await page.getByRole('button', { name: 'Command', exact: true }).click();
    await page.getByText('tangent report --saved report1 --out report.zip').waitFor();
    await page.keyboard.press('Escape');
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export bundle (ZIP)' }).click();
    await page.getByRole('progressbar', { name: 'Making the bundle' }).waitFor();
    open();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('report-of-a-study.zip');
    expect((await readFile(await download.path())).subarray(0, 2).toString()).toBe('PK');
    await page.getByText('report-of-a-study.zip, 22 B').waitFor();
    expect(host.papers.bundled).toEqual([exampleReport()]);
    await finish();
  });

  it('removes a report when that is confirmed, and brings it back', async () => {
    const { host, page, finish } = await openPage(browser, (prepared) => {
      addStudy(prepared);
      const document = exampleReport();
      prepared.papers.saved.set('report1', { id: 'report1', createdAt: 1, updatedAt: 1, document });
    });
    await page.evaluate(() => (window.location.hash = '#/reports'));
    await page.getByRole('row', { name: /^Report of a study Mine 2 figures, 1 table/ }).waitFor();
    await page.getByRole('button', { name: 'Remove Report of a study' }).click();
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.getByRole('button', { name: 'Remove Report of a study' }).click();
    expect(host.papers.saved.size).toBe(1);
    await page.getByRole('button', { name: 'Yes, remove' }).click();
    await page.getByText('“Report of a study” is removed.').waitFor();
    expect(host.papers.saved.size).toBe(0);
    await page.getByRole('button', { name: 'Bring it back' }).click();
    await page.getByRole('link', { name: 'Report of a study' }).waitFor();
    expect([...host.papers.saved.values()].map(({ document }) => document)).toEqual([exampleReport()]);
    await finish();
  });

  it('begins with runs that were chosen', async () => {
    const { page, finish } = await openPage(browser, (prepared) => {
      for (const id of ['run-a', 'run-b']) prepared.addRun('finetune', { id, state: 'finished' });
    });
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    for (const id of ['run-a', 'run-b']) await page.getByRole('checkbox', { name: new RegExp(id) }).check();
    await page.getByRole('link', { name: 'Report', exact: true }).click();
    await page.getByRole('link', { name: '2 runs' }).waitFor();
    expect(page.url()).toContain('#/reports/new?runs=');
    await page.evaluate(() => (window.location.hash = '#/runs/run-a'));
    await page.getByRole('link', { name: 'Report', exact: true }).click();
    await page.getByRole('link', { name: 'the run run-a' }).waitFor();
    await finish();
  });
});

describe('a figure in its view', () => {
  it('is copied as SVG, PNG, LaTeX and CSV, and saved, in the look that was chosen last', async () => {
    const { host, page, finish } = await openPage(browser, (prepared) => {
      prepared.addRun('finetune', { id: 'run-a', state: 'running' });
      for (const step of [1, 2]) prepared.emit('run-a', { type: 'metric', name: 'loss', step, value: step });
    });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate(() => (window.location.hash = '#/runs/run-a'));
    await page.getByRole('checkbox', { name: 'log scale' }).check();
    await page.getByRole('button', { name: 'Copy or save' }).click();
    await page.getByLabel('Look').selectOption('IEEE');
    await page.getByRole('radio', { name: 'whole width' }).check({ force: true });
    const copyAs = page.getByRole('group', { name: 'Copy the figure as' });
    const readText = () => page.evaluate(() => navigator.clipboard.readText());

    await copyAs.getByRole('button', { name: 'SVG' }).click();
    await page.getByText('Copied as SVG').waitFor();
    expect(await readText()).toMatch(/^<svg .*>metric, ieee<\/text><\/svg>$/);
    await copyAs.getByRole('button', { name: 'LaTeX' }).click();
    await page.getByText('Copied as LaTeX').waitFor();
    expect(await readText()).toContain('\\begin{tikzpicture} % metric');
    await copyAs.getByRole('button', { name: 'CSV' }).click();
    await page.getByText('Copied as CSV').waitFor();
    expect(await readText()).toBe('panel,series,x,y\nmetric,a,0,1\n');
    await copyAs.getByRole('button', { name: 'PNG' }).click();
    await page.getByText('Copied as PNG').waitFor();
    const picture = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const bitmap = await createImageBitmap(await item.getType('image/png'));
      return { types: item.types, width: bitmap.width, height: bitmap.height };
    });
    // 468 × 120 points at 300 dots per inch.
    expect(picture).toEqual({ types: ['image/png'], width: 1950, height: 500 });

    const downloading = page.waitForEvent('download');
    await page
      .getByRole('group', { name: 'Save the figure as' })
      .getByRole('button', { name: 'PDF' })
      .click();
    expect((await downloading).suggestedFilename()).toBe('metric.pdf');
    const source = { kind: 'metric', runIds: ['run-a'], metric: 'loss', isLog: true };
    const style = { preset: 'ieee', palette: 'color-blind' };
    for (const asked of host.papers.drawn) expect(asked).toMatchObject({ source, style, width: 'double' });
    expect(host.papers.drawn.map(({ format }) => format)).toEqual(['svg', 'pgfplots', 'csv', 'svg', 'pdf']);
    await page.reload();
    await page.getByRole('button', { name: 'Copy or save' }).click();
    expect(await page.getByLabel('Look').inputValue()).toBe('ieee');
    await finish();
  });
});
