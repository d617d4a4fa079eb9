import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FakeHost } from '#test/support/fake-host';
import { publishedNumbers } from '#test/support/fake-host';
import { hex } from '#test/support/hex';
import { reportBenchmark } from '#report/report-benchmark';
import { exampleBenchmark } from '#test/report/example-benchmark';
import { exampleAddition } from '#test/support/example-results';
import { launchChromium } from '#test/support/chromium';
import { openPage } from './page-fixture';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

function startRun(host: FakeHost, id = 'run-a'): void {
  host.addRun('finetune', { id, title: 'Fine-tune on shapes (linear)' });
  train(host, id, 0, 30);
  host.emit(id, { type: 'log', level: 'info', message: 'engine wasm' });
}

function train(host: FakeHost, id: string, from: number, to: number): void {
  for (let step = from; step < to; step += 1) {
    host.emit(id, { type: 'metric', name: 'loss', step, value: 2 / (1 + step) });
    host.emit(id, { type: 'metric', name: 'learningRate', step, value: 0.001 });
  }
  host.emit(id, {
    type: 'progress',
    phase: 'fine-tuning',
    done: to,
    total: 100,
    unit: 'steps',
    rate: 9.5,
    etaMs: 7000,
    peakBytes: 812e6,
  });
}

async function isDrawn(page: Page, summary: RegExp): Promise<void> {
  await page.getByRole('figure', { name: summary }).waitFor();
  // A level line has no height, which Playwright takes for hidden.
  await page.locator('.scatterlayer path.js-line[d^="M"]').waitFor({ state: 'attached' });
}

describe('the page', () => {
  it('offers the quickstart where there is nothing yet, and shows the study that it starts', async () => {
    const { host, page, finish } = await openPage(browser);
    expect(await page.title()).toBe('Home · Tangent Workbench');
    await page.getByRole('button', { name: 'Run the quickstart' }).click();
    await page.getByRole('heading', { name: 'Quickstart' }).waitFor();
    expect(page.url()).toContain('#/studies/study1');
    await page.getByRole('link', { name: 'Draw the tasks: waiting' }).waitFor();

    const study = host.studies.get('study1')!;
    const add = {
      ...study.steps[0],
      id: 'add',
      kind: 'edit-add' as const,
      runId: 'add',
      state: 'finished' as const,
    };
    const output = {
      id: hex('e', 1),
      kind: 'addition' as const,
      sizeBytes: 9,
      createdAt: 0,
      role: 'addition',
      label: 'a',
    };
    host.addRun('edit-add', { id: 'add', state: 'finished', outputs: [output] });
    host.jsonArtifacts.set(hex('e', 1), exampleAddition('linear', 0.9));
    host.setStudy({ ...study, isBenchmark: false, state: 'finished', steps: [add] });
    await page.getByText('1 of 1 steps finished').waitFor();
    const rows = page.getByRole('row', { name: /^Linearised/ });
    expect(await rows.allInnerTexts()).toEqual([
      'Linearised\t1.00\t90.0\t88.0\t92.0\t90.0',
      'Linearised\t0.55\t81.0\t79.2\t82.8\t81.0',
      'Linearised\t0.55\t90.0\t90.0\t90.0\t90.0',
    ]);
    await finish();
  });

  it('shows the tables of a benchmark, and what a reviewer would say', async () => {
    const report = reportBenchmark(exampleBenchmark([0]), publishedNumbers);
    expect(report.warnings.length).toBeGreaterThan(0);
    const { host, page, finish } = await openPage(browser);
    await page.getByRole('button', { name: 'Run the quickstart' }).click();
    await page.getByRole('link', { name: 'Draw the tasks: waiting' }).waitFor();
    const study = host.studies.get('study1')!;
    const steps = [{ ...study.steps[0], kind: 'edit-add' as const, state: 'finished' as const }];
    host.reports.set('study1', report);
    host.setStudy({ ...study, state: 'finished', steps });
    await page.getByText('More tables').click();
    for (const { title } of report.tables) await page.getByRole('heading', { name: title }).first().waitFor();
    for (const { finding } of report.warnings) await page.getByText(finding).first().waitFor();
    await finish();
  });

  it('lists runs as they appear and change, and filters them by state', async () => {
    const { host, page, finish } = await openPage(browser, (prepared) => {
      prepared.addRun('render-tasks', { title: 'Old run', state: 'finished' });
    });
    await page.getByRole('link', { name: 'Old run' }).waitFor();
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    startRun(host);
    await page.getByRole('row', { name: /running Fine-tune on shapes/ }).waitFor();
    await page.getByText('30 / 100 steps').waitFor();
    await page.getByText('9.50 steps/s').waitFor();
    await page.getByText('7 s left').waitFor();

    const search = page.getByRole('searchbox', { name: 'Search runs' });
    await search.fill('shapes OR nothing');
    await page.getByRole('link', { name: 'Old run' }).waitFor({ state: 'detached' });
    expect(page.url()).toContain('text=shapes%20OR%20nothing');
    await search.fill('');
    await page.getByRole('radio', { name: 'finished' }).check({ force: true });
    await page.getByRole('link', { name: 'Fine-tune on shapes' }).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('link', { name: 'Old run' }).waitFor();
    expect(await page.getByRole('radio', { name: 'finished' }).isChecked()).toBe(true);
    expect(await page.getByRole('link', { name: 'Fine-tune on shapes' }).count()).toBe(0);
    await finish();
  });

  it('compares runs, and acts on several at once', async () => {
    const { host, page, finish } = await openPage(browser, (prepared) => {
      startRun(prepared, 'run-a');
      startRun(prepared, 'run-b');
      const { spec } = prepared.runs.get('run-b')!;
      prepared.update('run-b', { storedSpec: { ...spec, seed: 8 } });
    });
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    for (const id of ['run-a', 'run-b']) await page.getByRole('checkbox', { name: new RegExp(id) }).check();
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('figure', { name: 'loss of 2 runs' }).waitFor();
    await page.getByRole('row', { name: 'seed 7 8' }).waitFor();
    await page.getByRole('columnheader', { name: 'mean ± sd over seeds 7, 8' }).waitFor();
    await page.getByRole('row', { name: /^last loss 0.06667 0.06667 0.06667 ± 0/ }).waitFor();
    expect(await page.getByRole('row', { name: /params/ }).count()).toBe(0);
    await page.getByRole('checkbox', { name: 'also what is equal' }).check();
    await page.getByRole('row', { name: /params.schedule.steps/ }).waitFor();

    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    for (const id of ['run-a', 'run-b']) await page.getByRole('checkbox', { name: new RegExp(id) }).check();
    await page.getByRole('button', { name: 'Cancel 2' }).click();
    await page.getByRole('button', { name: 'Resume 2' }).waitFor();
    expect([...host.runs.values()].map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    await finish();
  });

  it('shows one run: its curve as it grows, its specification, its log', async () => {
    const { host, page, finish } = await openPage(browser, startRun);
    await page.getByRole('link', { name: 'Fine-tune on shapes' }).click();
    await page.getByRole('heading', { name: 'Fine-tune on shapes (linear)' }).waitFor();
    await isDrawn(page, /^loss: 30 points, last 0.06667 at step 29$/);
    train(host, 'run-a', 30, 50);
    await isDrawn(page, /^loss: 50 points/);
    await page.getByRole('checkbox', { name: 'log scale' }).check();
    await page.getByRole('radio', { name: 'learningRate' }).check({ force: true });
    await isDrawn(page, /^learningRate: 50 points/);
    await page.getByRole('log').getByText('engine wasm').waitFor();
    await page.getByRole('region', { name: 'Specification' }).getByText('"finetune"').waitFor();
    await finish();
  });

  it('keeps everything over a reload, and goes on from there', async () => {
    const { host, page, finish } = await openPage(browser, startRun);
    await page.getByRole('link', { name: 'Fine-tune on shapes' }).click();
    await isDrawn(page, /^loss: 30 points/);
    await page.reload();
    await page.getByRole('heading', { name: 'Fine-tune on shapes (linear)' }).waitFor();
    await isDrawn(page, /^loss: 30 points/);
    train(host, 'run-a', 30, 40);
    await isDrawn(page, /^loss: 40 points/);
    await finish();
  });

  it('cancels a run and resumes it', async () => {
    const { host, page, finish } = await openPage(browser, startRun);
    await page.getByRole('link', { name: 'Fine-tune on shapes' }).click();
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await page.getByRole('button', { name: 'Resume run' }).waitFor();
    expect(host.runs.get('run-a')!.state).toBe('cancelled');
    await page.getByRole('button', { name: 'Resume run' }).click();
    await page.getByText('attempt 2').waitFor();
    train(host, 'run-a', 30, 35);
    await isDrawn(page, /^loss: 35 points/);
    await finish();
  });

  it('shows why a run failed and what to do about it', async () => {
    const { page, finish } = await openPage(browser, (host) => {
      startRun(host);
      const error = {
        code: 'diverged',
        kind: 'user',
        message: 'The loss became NaN.',
        advice: 'Lower it.',
        data: {},
      } as const;
      host.emit('run-a', { type: 'end', outcome: 'failed', error });
    });
    await page.getByText('The loss became NaN.').waitFor();
    await page.getByRole('link', { name: 'Fine-tune on shapes' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('Lower it.').waitFor();
    expect(await alert.innerText()).toContain('The loss became NaN.');
    await finish();
  });

  it('downloads an artifact under a readable name', async () => {
    const { page, finish } = await openPage(browser, (host) => {
      startRun(host);
      const artifact = {
        artifactId: hex('1', 1),
        kind: 'model',
        role: 'model',
        label: 'Fine-tuned model',
      } as const;
      host.emit('run-a', { type: 'artifact', ...artifact, sizeBytes: 5 });
    });
    await page.getByRole('link', { name: 'Fine-tune on shapes' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    expect((await downloading).suggestedFilename()).toBe('Fine-tuned-model-11111111.safetensors');
    await finish();
  });

  it('says that the connection is lost, keeps what it shows, and recovers by itself', async () => {
    const { host, page, finish } = await openPage(browser, startRun);
    await page.addInitScript(makeSocketsCuttable);
    await page.reload();
    await page.getByRole('link', { name: 'Fine-tune on shapes' }).click();
    await isDrawn(page, /^loss: 30 points/);
    await page.evaluate('cutSockets(true)');
    await page.getByText('The workbench cannot be reached.').waitFor();
    await isDrawn(page, /^loss: 30 points/);
    expect(await page.getByRole('button', { name: 'Cancel run' }).isDisabled()).toBe(true);
    train(host, 'run-a', 30, 45);
    await page.evaluate('cutSockets(false)');
    await isDrawn(page, /^loss: 45 points/);
    expect(await page.getByRole('status').innerText()).toBe('Connected');
    expect(await page.getByText('The workbench cannot be reached.').count()).toBe(0);
    await finish(/WebSocket/);
  });

  it('tells at home that the disk is nearly full', async () => {
    const { page, finish } = await openPage(browser, (host) => {
      host.addRun('render-tasks', { state: 'finished' });
      host.disk = { ...host.disk, status: 'warning', detail: '1.2 GiB free', advice: 'Free some space.' };
    });
    await page.getByText('1.2 GiB free. Free some space.').waitFor();
    await page.getByRole('link', { name: 'See what can go' }).click();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await finish();
  });

  it('tells of a run that does not exist', async () => {
    const { page, server, finish } = await openPage(browser, startRun);
    await page.goto(`${server.url}/#/runs/nothing`);
    await page.getByRole('alert').getByText('there is no run nothing').waitFor();
    await finish();
  });

  it('can be used with the keyboard alone', async () => {
    const { page, finish } = await openPage(browser, startRun);
    const link = page.getByRole('link', { name: 'Fine-tune on shapes' });
    await link.waitFor();
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab');
      if (await link.evaluate((element) => element === document.activeElement)) break;
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Fine-tune on shapes (linear)' }).waitFor();
    await finish();
  });

  it.each(['light', 'dark'] as const)('has readable contrast in %s', async (colorScheme) => {
    const { page, finish } = await openPage(browser, startRun, { colorScheme });
    await page.getByRole('link', { name: 'Fine-tune on shapes' }).waitFor();
    expect(await page.evaluate(lowestContrast)).toBeGreaterThanOrEqual(4.5);
    await finish();
  });

  it('does not scroll sideways at 1280 by 720', async () => {
    const { page, finish } = await openPage(browser, startRun);
    await page.getByRole('link', { name: 'Fine-tune on shapes' }).click();
    await isDrawn(page, /^loss: 30 points/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
    await finish();
  });
});

/** Runs in the page before it starts: adds `cutSockets`, which breaks all sockets and lets no new one open. */
function makeSocketsCuttable(): void {
  const sockets = new Set<WebSocket>();
  let isCut = false;
  class CuttableSocket extends WebSocket {
    constructor(url: string) {
      super(isCut ? url.replace('/rpc', '/nowhere') : url);
      sockets.add(this);
    }
  }
  Object.assign(window, {
    WebSocket: CuttableSocket,
    cutSockets: (cut: boolean) => {
      isCut = cut;
      if (cut) for (const socket of sockets) socket.close();
    },
  });
}

/** Runs in the page: the lowest contrast of any text token on any surface token. */
function lowestContrast(): number {
  const probe = document.body.appendChild(document.createElement('i'));
  const luminance = (token: string): number => {
    probe.style.color = `var(${token})`;
    const [red = 0, green = 0, blue = 0] = getComputedStyle(probe)
      .color.match(/\d+/g)!
      .map((channel) => Number(channel) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (text: string, surface: string): number => {
    const [low, high] = [luminance(text), luminance(surface)].sort((a, b) => a - b) as [number, number];
    return (high + 0.05) / (low + 0.05);
  };
  const states = ['--queued', '--running', '--finished', '--failed', '--cancelled', '--interrupted'];
  const pairs = [
    ...['--text', '--text-soft', '--accent', ...states].flatMap((text) =>
      ['--ground', '--surface'].map((surface) => [text, surface] as const),
    ),
    ...['--text', '--text-soft'].flatMap((text) =>
      ['--sunken', '--failed-wash', '--notice-wash'].map((surface) => [text, surface] as const),
    ),
    ['--accent-text', '--accent'] as const,
    ['--accent-text', '--accent-hover'] as const,
    ['--accent', '--accent-wash'] as const,
    ['--failed', '--failed-wash'] as const,
  ];
  return Math.min(...pairs.map(([text, surface]) => contrast(text, surface)));
}
