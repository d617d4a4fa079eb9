import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '#test/support/chromium';
import { openPage } from './page-fixture';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** The bytes of a picture as they are drawn; waits until it is there. */
async function pixelsOf(page: Page, alt: RegExp): Promise<string> {
  const image = page.getByRole('img', { name: alt });
  await page.waitForFunction(
    (element) => (element as HTMLImageElement).naturalWidth > 0,
    await image.elementHandle(),
  );
  return image.evaluate((element: HTMLImageElement) => {
    const canvas = document.createElement('canvas');
    canvas.getContext('2d')!.drawImage(element, 0, 0, 300, 150);
    return canvas.toDataURL();
  });
}

describe('the guide', () => {
  it('shows pictures in the colors of the page, offline and under its policy', async () => {
    const { page, finish } = await openPage(browser, undefined, { colorScheme: 'light' });
    await page.getByRole('link', { name: 'Help' }).click();
    await page.getByRole('heading', { name: 'Getting started', level: 1 }).waitFor();
    const light = await pixelsOf(page, /^Home/);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => pixelsOf(page, /^Home/)).not.toBe(light);
    await finish();
  });

  it('is searched, and goes to a section from its list, from a link and by its address', async () => {
    const { page, finish } = await openPage(browser);
    await page.getByRole('link', { name: 'Help' }).click();
    const search = page.getByRole('searchbox', { name: 'Search the guide' });
    await search.fill('control threshold validation');
    await page
      .getByRole('list', { name: 'Found in the guide' })
      .getByRole('link', { name: /^Task negation/ })
      .click();
    const heading = page.getByRole('heading', { name: 'Task negation', exact: true });
    await heading.waitFor();
    expect(page.url()).toContain('#/help/concepts?section=task-negation');
    const isInView = () => heading.evaluate((element) => Math.abs(element.getBoundingClientRect().top) < 200);
    await expect.poll(isInView).toBe(true);

    const contents = page.getByRole('list', { name: 'On this page' });
    await contents.getByRole('link', { name: 'Local energy' }).click();
    expect(await isInView()).toBe(false);
    await contents.getByRole('link', { name: 'Task negation' }).click();
    await expect.poll(isInView).toBe(true);
    await page.reload();
    await expect.poll(isInView).toBe(true);

    await page.getByRole('article').getByRole('link', { name: 'Task negation' }).click();
    await page.getByRole('heading', { name: 'The window' }).waitFor();
    expect(page.url()).toContain('#/help/workbench?section=task-negation');
    await search.fill('no such words anywhere');
    await page.getByText('No section has all of these words.').waitFor();
    await finish();
  });
});
