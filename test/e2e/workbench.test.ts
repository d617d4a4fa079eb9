import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '#test/support/chromium';
import { starterTasks, starterTraining } from '#test/support/small-study';
import { runTangent, startTangent, type RunningCommand } from '#test/support/tangent-command';
import { sharedTempFolder } from '#test/support/temp-folder';

/** Longest wait for a run of a few seconds, on a machine that does other things. */
const runMs = 60_000;

/** Presses Tab until something has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 120; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('The focus never came there.');
}

async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

/** Types a value over what stands in a field. */
async function type(page: Page, label: string, value: string): Promise<void> {
  await tabTo(page, field(page, label));
  await page.keyboard.press('Control+a');
  await page.keyboard.type(value);
}

/** Chooses what begins with some letters in a list, by typing them. */
async function choose(page: Page, label: string, option: string): Promise<void> {
  const list = field(page, label);
  await list.locator('option', { hasText: option }).first().waitFor({ state: 'attached' });
  await tabTo(page, list);
  await page.keyboard.type(option);
  await expect.poll(() => list.locator('option:checked').innerText()).toContain(option);
}

/** A field of a wizard; lists of steps and pictures may have the same name. */
const field = (page: Page, label: string) =>
  page.getByLabel(label, { exact: true }).and(page.locator('input, select'));

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Opens a wizard by the command palette. */
async function openWizard(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Commands' }).waitFor();
  await page.keyboard.type(`New: ${title}`);
  await page.getByRole('option', { name: `New: ${title}` }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: title, exact: true }).waitFor();
}

/** Waits until the run that is shown has ended well. */
async function finished(page: Page): Promise<void> {
  await page
    .getByRole('main')
    .getByText(/^\W*finished$/)
    .first()
    .waitFor({ timeout: runMs });
}

describe('the workbench on the tasks of the starter', { timeout: 180_000 }, () => {
  const folder = sharedTempFolder();
  const data = join(folder, 'data');
  const complaints: string[] = [];
  let serving: RunningCommand;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  const openWindow = async (): Promise<Page> => {
    const opened = await context.newPage();
    opened.setDefaultTimeout(20_000);
    opened.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    opened.on('pageerror', (error) => complaints.push(String(error)));
    return opened;
  };

  beforeAll(async () => {
    const file = join(folder, 'starter-tasks.json');
    writeFileSync(file, JSON.stringify(starterTasks()));
    expect(await runTangent('study', 'run', file, '--data-dir', data)).toMatchObject({ code: 0 });
    const address = new Promise<string>((resolve) => {
      serving = startTangent(['serve', '--data-dir', data], (line) => {
        const found = /http:\S+/.exec(line);
        if (found !== null) resolve(found[0]);
      });
    });
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
    page = await openWindow();
    await page.goto(await address);
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    serving.process.kill('SIGTERM');
    expect((await serving.ended).code).toBe(0);
    expect(complaints).toEqual([]);
  });

  /** From an empty draft to a finished task vector, without a mouse. */
  const finetune = async (task: string): Promise<void> => {
    await openWizard(page, 'Fine-tune');
    await choose(page, 'Model', 'starter');
    await choose(page, 'Dataset', task);
    await choose(page, 'Head', task);
    await press(page, button(page, 'Next'));
    await press(page, button(page, 'starter'));
    await type(page, 'Steps', '12');
    await type(page, 'Warm-up steps', '2');
    await type(page, 'Batch size', '16');
    await press(page, button(page, 'Next'));
    await press(page, button(page, 'Start the run'));
    await finished(page);
    await page.getByRole('figure', { name: /^loss: 12 points/ }).waitFor();
  };

  it('fine-tunes and adds task vectors by the keyboard alone', async () => {
    await finetune('signs');
    await finetune('digits');
    await openWizard(page, 'Task addition');
    await press(page, button(page, 'Choose one of each task'));
    await press(page, button(page, 'Next'));
    await type(page, 'Number of α', '5');
    await press(page, button(page, 'Next'));
    await press(page, button(page, 'Start the run'));
    await finished(page);
    await page
      .getByRole('row', { name: /^Linear/ })
      .first()
      .waitFor();
  });

  it('negates, maps and decomposes from an empty draft to the picture', async () => {
    await openWizard(page, 'Task negation');
    await page.getByRole('checkbox', { name: /signs/ }).check();
    await button(page, 'Next').click();
    await choose(page, 'Control', 'textures');
    await field(page, 'Number of α').fill('5');
    await button(page, 'Next').click();
    await button(page, 'Start the run').click();
    await finished(page);
    await page.getByRole('row', { name: /signs/ }).first().waitFor();

    await openWizard(page, 'Disentanglement map');
    await button(page, 'Choose one of each task').click();
    await button(page, 'Next').click();
    await field(page, 'Points').fill('5');
    await field(page, 'Images of each task').fill('16');
    await button(page, 'Next').click();
    await button(page, 'Start the run').click();
    await finished(page);
    await page
      .getByRole('figure', { name: /signs.*digits|digits.*signs/ })
      .first()
      .waitFor();

    await openWizard(page, 'NTK spectrum');
    await choose(page, 'Task', 'signs');
    await choose(page, 'Control', 'textures');
    await button(page, 'Next').click();
    await field(page, 'Images').fill('8');
    await field(page, 'Kernel of').selectOption('logitSum');
    await button(page, 'Next').click();
    await button(page, 'Start the run').click();
    await finished(page);
    await page.getByRole('figure').first().waitFor();
  });

  it('sets up a study from an empty draft, and draws it until it has finished', async () => {
    await page.goto(`${page.url().split('#')[0]}#/studies/new`);
    await page.getByText('A definition of your own').click();
    await page.getByLabel('JSON, pasted or dropped here').fill(JSON.stringify(starterTraining()));
    await page.getByText('Taken: Starter training').waitFor();
    await page.getByText('8 have been done already').waitFor();
    await page.getByRole('list', { name: 'Steps' }).getByRole('button', { name: 'Review' }).click();
    await button(page, 'Start the study').click();
    await page.getByRole('heading', { name: 'Starter training', exact: true }).waitFor();
    const graph = page.getByRole('group', { name: /Steps of the study/ });
    await graph.getByRole('link', { name: 'Fine-tune on signs: finished' }).waitFor({ timeout: runMs });
  });

  it('goes on in the middle of a run after a reload, and in a second window', async () => {
    await openWizard(page, 'Fine-tune');
    await choose(page, 'Model', 'starter');
    await choose(page, 'Dataset', 'textures');
    await choose(page, 'Head', 'textures');
    await button(page, 'Next').click();
    await button(page, 'starter').click();
    await field(page, 'Steps').fill('400');
    await button(page, 'Next').click();
    await button(page, 'Start the run').click();
    await page.getByRole('progressbar').waitFor();
    await page.getByRole('figure', { name: /^loss/ }).waitFor();
    await page.reload();
    await page.getByRole('figure', { name: /^loss/ }).waitFor();
    const second = await openWindow();
    await second.goto(page.url());
    await second.getByRole('button', { name: 'Cancel run' }).click();
    for (const one of [page, second]) await one.getByRole('button', { name: 'Resume run' }).waitFor();
    await page.getByRole('button', { name: 'Resume run' }).click();
    await second.getByText('attempt 2').waitFor();
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await second
      .getByText(/^\W*cancelled$/)
      .first()
      .waitFor();
    await second.close();
  });
});
