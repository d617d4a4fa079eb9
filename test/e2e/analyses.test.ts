import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '#test/support/chromium';
import { addKernels, addMaps } from '#test/support/example-analyses';
import { openPage } from './page-fixture';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe('a disentanglement map', () => {
  it('shows the images that a cell changes, by mouse and by keyboard, beside the map of another mode', async () => {
    const { host, page, server, finish } = await openPage(browser, addMaps);
    await page.goto(`${server.url}/#/runs/map-linear`);
    const linear = page.getByRole('figure', { name: /\(linear\) between signs, digits: 9 cells/ });
    await linear.waitFor();
    await page.getByRole('figure', { name: /\(standard\)/ }).waitFor();
    expect(await page.getByRole('region', { name: 'Images whose prediction changes' }).count()).toBe(0);

    // The upper right cell is at the end of both axes.
    const area = (await linear.locator('.nsewdrag').boundingBox())!;
    await page.mouse.click(area.x + area.width * 0.9, area.y + area.height * 0.1);
    await page.getByRole('row', { name: /^linear 0\.020 .* 1 of 100 = 0\.010 1 of 100/ }).waitFor();
    const signs = page.getByRole('region', { name: 'Images of task 1 whose prediction changes' });
    await signs.getByText('1 of 100 images change (the map counted 1)').waitFor();
    await signs.getByText('1 are right with the own vector alone').waitFor();
    await signs.getByRole('img', { name: /round, image 0/ }).waitFor();
    await signs.getByText('square').waitFor();
    expect(host.labQuestions.at(-1)).toEqual([1, 1]);

    await page.getByRole('application').focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('row', { name: /^linear 0\.010 .* 1 of 100 = 0\.010 0 of 100/ }).waitFor();
    await page
      .getByRole('region', { name: 'Images of task 2 whose prediction changes' })
      .getByText('0 of 100 images change (the map counted 0)')
      .waitFor();
    expect(host.labQuestions.at(-1)).toEqual([0, 1]);
    await page.getByLabel('α of digits').selectOption('−1.00');
    await page.getByRole('radio', { name: 'standard' }).check({ force: true });
    await expect.poll(() => host.labQuestions.at(-1)).toEqual([0, -1]);

    await page.getByRole('link', { name: /^measure it post hoc/ }).click();
    await page.getByRole('button', { name: /^Review/ }).click();
    await page.getByText('"posthoc"').waitFor();
    await finish();
  });

  it('says when other images are found than the map has counted', async () => {
    const { page, server, finish } = await openPage(browser, (host) => {
      addMaps(host);
      const none = new Int32Array(0);
      host.labChanges = () => ({ indices: none, labels: none, alone: none, together: none });
    });
    await page.goto(`${server.url}/#/runs/map-linear`);
    await page.getByLabel('α of signs').selectOption('1.00');
    await page.getByRole('note').getByText('The map counted 1 and 1 images').waitFor();
    await finish();
  });
});

describe('an NTK spectrum', () => {
  it('stands beside that of a random θ0, and follows the number of eigenfunctions kept', async () => {
    const { page, server, finish } = await openPage(browser, addKernels);
    await page.goto(`${server.url}/#/runs/kernel`);
    const energy = (kept: number) =>
      page.getByRole('figure', { name: new RegExp(`^Local energy with ${kept} eigenfunctions.*random θ0`) });
    await energy(3).waitFor();
    expect(await page.getByRole('row').count()).toBeGreaterThan(4);
    await page.getByRole('slider', { name: 'eigenfunctions kept' }).fill('1');
    await energy(1).waitFor();
    const gallery = page.getByRole('region', { name: 'Eigenfunctions of stop' });
    expect(await gallery.getByRole('row').count()).toBe(2);
    await page.getByRole('combobox', { name: 'Beside' }).selectOption({ label: 'nothing' });
    await page.getByText('beside random θ0').waitFor({ state: 'detached' });
    await finish();
  });
});
