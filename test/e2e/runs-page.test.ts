import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '#test/support/chromium';
import { openPage } from './page-fixture';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe('the runs', () => {
  it('scroll through thousands with the rows of one screen, and keep the columns that were chosen', async () => {
    const { page, finish } = await openPage(browser, (host) => {
      for (let n = 1; n <= 3000; n++)
        host.addRun('render-tasks', { title: `Draw number ${n}.`, state: 'finished', endedAt: 1 });
    });
    await page.goto(`${page.url().split('#')[0]}#/runs`);
    await page.getByRole('link', { name: 'Draw number 3000.' }).waitFor();
    const table = page.getByRole('table', { name: 'Runs, newest first' });
    expect(await table.getAttribute('aria-rowcount')).toBe('3001');
    await page.keyboard.press('End');
    await page.getByRole('link', { name: 'Draw number 1.', exact: true }).waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(90);
    // The last row ends where the page ends: rows are as high as they are counted.
    const frame = (await page.getByRole('link', { name: 'Draw number 1.', exact: true }).boundingBox())!;
    expect(frame.y).toBeGreaterThan(720 - 100);
    expect(frame.y).toBeLessThan(720);

    await page.getByRole('button', { name: 'Columns' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: 'Ended' }).check();
    await page.getByRole('checkbox', { name: 'Kind' }).uncheck();
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByRole('columnheader', { name: 'Ended' }).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Kind' }).count()).toBe(0);
    await finish();
  });

  it('get tags and notes, one by one and together, and are found by them', async () => {
    const { host, page, finish } = await openPage(browser, (prepared) => {
      for (const id of ['one', 'two', 'three'])
        prepared.addRun('render-tasks', { id, title: id, state: 'finished' });
    });
    await page.goto(`${page.url().split('#')[0]}#/runs/one`);
    await page.getByRole('textbox', { name: 'Add tags' }).fill('good, #paper');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove the tag paper' }).waitFor();
    await page.getByRole('button', { name: 'Remove the tag good' }).click();
    await page.getByRole('textbox', { name: 'Note' }).fill('the best seed');
    await page.getByRole('textbox', { name: 'Add tags' }).focus();
    await expect.poll(() => host.runs.get('one')).toMatchObject({ tags: ['paper'], note: 'the best seed' });

    await page.goto(`${page.url().split('#')[0]}#/runs`);
    for (const id of ['two', 'three']) await page.getByRole('checkbox', { name: `Choose ${id}` }).check();
    await page.getByRole('button', { name: 'Tags' }).click();
    await page.getByRole('textbox', { name: 'Add tags' }).fill('again');
    await page.keyboard.press('Enter');
    await expect.poll(() => host.runs.get('three')?.tags).toEqual(['again']);
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox').fill('#again -three OR best');
    await page.getByRole('link', { name: 'three' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'two' }).waitFor();
    await page.getByRole('link', { name: 'one' }).waitFor();
    await finish();
  });

  it('change their order in the queue by keyboard', async () => {
    const { host, page, finish } = await openPage(browser, (prepared) => {
      for (const id of ['first', 'second', 'third']) prepared.addRun('render-tasks', { id, title: id });
    });
    await page.goto(`${page.url().split('#')[0]}#/runs?state=queued`);
    await page.getByRole('button', { name: 'Start third earlier' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => host.queueOrder).toEqual(['first', 'third', 'second']);
    await page.keyboard.press('Enter');
    await expect.poll(() => host.queueOrder).toEqual(['third', 'first', 'second']);
    await page.getByRole('button', { name: 'Start second first' }).click();
    await expect
      .poll(() => page.getByRole('listitem').allInnerTexts())
      .toMatchObject([/second/, /third/, /first/]);
    await finish();
  });
});

describe('the command palette', () => {
  it('opens by its keys, finds places, wizards and runs, and gives the focus back', async () => {
    const { host, page, finish } = await openPage(browser, (prepared) => {
      prepared.addRun('render-tasks', { id: 'abc', title: 'Draw the signs', state: 'finished' });
    });
    const search = page.getByRole('combobox');
    const open = async () => {
      await page.keyboard.press('Control+k');
      await search.waitFor();
    };
    await page.getByRole('link', { name: 'Draw the signs' }).waitFor();
    await open();
    await search.fill('task nega');
    await page.getByRole('option', { name: /New: .*negat/i }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/new\/edit-negate/);
    await open();
    await search.fill('signs');
    await page.getByRole('option', { name: 'Draw the signs' }).click();
    await page.waitForURL(/#\/runs\/abc/);
    await open();
    await search.fill('nowhere at all');
    await page.getByText('Nothing is called that.').waitFor();
    await page.keyboard.press('Escape');
    await search.waitFor({ state: 'detached' });

    await page.locator('body').click({ position: { x: 2, y: 300 } });
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.waitForURL(/#\/runs$/);
    await page.getByRole('searchbox').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('gh');
    await page.waitForURL(/text=gh/);
    await page.getByRole('searchbox').fill('');

    host.addRun('render-tasks', { id: 'new', title: 'Draw more', state: 'running' });
    await page.getByRole('link', { name: 'Draw more' }).waitFor();
    host.emit('new', { type: 'end', outcome: 'finished', error: null });
    await page
      .getByRole('log', { name: 'Remarks' })
      .getByRole('link', { name: 'Finished: Draw more' })
      .click();
    await page.waitForURL(/#\/runs\/new/);
    await page.getByRole('button', { name: 'Dismiss: Finished: Draw more' }).waitFor({ state: 'detached' });
    await finish();
  });
});
