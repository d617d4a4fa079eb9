import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError, toPlainError } from '#contract/errors';
import { launchChromium } from '#test/support/chromium';
import { exampleEngines } from '#test/support/example-machine';
import { hex } from '#test/support/hex';
import { openPage } from './page-fixture';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe('the settings of engines', () => {
  it('say which one runs use and why others are not, and change that', async () => {
    const { host, page, finish } = await openPage(browser);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('row', { name: /on the processor Runs use it TensorFlow 2\.21\.0/ }).waitFor();
    await page.getByRole('row', { name: /NVIDIA GPU Not installed/ }).waitFor();
    const refused = [{ name: 'native', reason: 'the settings of the data directory choose WebAssembly' }];
    host.engines = {
      ...exampleEngines,
      started: { ...exampleEngines.started!, name: 'wasm', version: '4.22.0', refused },
    };
    await page.getByRole('radio', { name: 'WebAssembly' }).check({ force: true });
    await page.getByRole('row', { name: /WebAssembly Runs use it/ }).waitFor();
    await page.getByRole('row', { name: /processor Installed, not used: the settings/ }).waitFor();
    expect(host.engines.choice).toBe('wasm');
    await finish();
  });

  it('install one from a wheel that is named, with its phases, over a reload, and tell what is wrong', async () => {
    const { host, page, finish } = await openPage(browser);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('textbox', { name: 'Wheel or folder' }).fill(' /media/wheels ');
    await page.getByRole('radio', { name: 'For NVIDIA GPUs' }).check({ force: true });
    await page.getByText('has not been run on a GPU').waitFor();
    await page.getByRole('button', { name: 'Install the native engine' }).click();
    await page.getByText('beginning…').waitFor();
    expect(host.installed).toEqual([{ variant: 'gpu', from: '/media/wheels' }]);
    const amount = { done: 2, total: 4, unit: 'files' } as const;
    const progress = { variant: 'gpu' as const, earlier: ['checking'], phase: 'compiling', ...amount };
    host.setJob({ installation: { state: 'running', progress } });
    await page.getByText('✓ checking').waitFor();
    await page.reload();
    await page.getByText('compiling…').waitFor();
    await page.getByText('2 of 4 files').waitFor();
    expect(await page.getByRole('button', { name: 'Install the native engine' }).isDisabled()).toBe(true);
    const error = toPlainError(new AppError('engine_install_failed', 'A C++ compiler is needed.'));
    host.setJob({ installation: { state: 'failed', error } });
    await page.getByText('A C++ compiler is needed.').waitFor();
    await page.getByText(error.advice).waitFor();
    await page.getByRole('button', { name: 'Install the native engine' }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped. What has been fetched is kept').waitFor();
    await finish();
  });
});

describe('the settings of the data directory', () => {
  it('measure it, check every artifact, and run again what made a damaged one', async () => {
    const { host, page, finish } = await openPage(browser, (prepared) => {
      prepared.addRun('finetune', { id: 'maker', title: 'Fine-tune on shapes', state: 'finished' });
    });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('row', { name: 'task vector artifacts 12 2.0 GB' }).waitFor();
    await page.getByRole('button', { name: 'Check every artifact' }).click();
    await page.getByText('Beginning…').waitFor();
    const total = { count: 4, bytes: 400 };
    host.setJob({
      verification: { state: 'running', progress: { done: { count: 1, bytes: 100 }, total, damaged: 0 } },
    });
    await page.getByText('100 B of 400 B, 1 of 4 artifacts').waitFor();
    const artifact = { id: hex('d', 1), kind: 'task-vector', label: 'τ of shapes', sizeBytes: 100 } as const;
    const madeBy = { runId: 'maker', title: 'Fine-tune on shapes' };
    const damaged = [{ ...artifact, problem: 'missing' as const, madeBy }];
    host.setJob({ verification: { state: 'finished', result: { ...total, damaged, unlisted: 0 } } });
    await page.getByRole('row', { name: /τ of shapes .* missing Fine-tune on shapes/ }).waitFor();
    await page.getByRole('button', { name: 'Run again what made τ of shapes' }).click();
    await page.waitForURL(/#\/runs\/run/);
    expect([...host.runs.values()].map(({ kind }) => kind)).toEqual(['finetune', 'finetune']);
    await finish();
  });

  it('remove what can go, only what is chosen, and only when it is confirmed', async () => {
    const { host, page, finish } = await openPage(browser);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Look for what can go' }).click();
    await page.getByRole('row', { name: /no run has announced A run is under way/ }).waitFor();
    await page.getByRole('button', { name: 'Remove 274 MB…' }).click();
    await page.getByRole('checkbox', { name: /closed edit labs/ }).uncheck();
    await page.getByRole('button', { name: 'Remove 270 MB…' }).click();
    expect(host.cleaned).toEqual([]);
    await page.getByRole('button', { name: 'Yes, remove' }).click();
    await page.getByText('274 MB were removed. 1 were left').waitFor();
    expect(host.cleaned).toEqual([['wheels']]);
    await page.getByRole('button', { name: 'Look for what can go' }).click();
    await page.getByRole('button', { name: 'Remove 270 MB…' }).click();
    host.cleaning = { ...host.cleaning, id: 'plan2' };
    await page.getByRole('button', { name: 'Yes, remove' }).click();
    const panel = page.getByRole('region', { name: 'Clean up' });
    await panel.getByText('Look again at what can be removed').waitFor();
    await finish();
  });
});
