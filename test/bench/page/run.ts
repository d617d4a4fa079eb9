import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { sha256 } from '#artifacts/sha256';
import { openCatalog } from '#catalog/open-catalog';
import { runSpecText } from '#contract/specs/index';
import { launchChromium } from '#test/support/chromium';
import { renderSpec } from '#test/support/specs';
import { startTangent } from '#test/support/tangent-command';

/** Runs in the catalog that the page is measured on. */
const runCount = 100_000;
const rounds = 7;

/** What is looked at, and what has come when it is there. */
const views: readonly { name: string; hash: string; ready: string }[] = [
  { name: 'home', hash: '#/', ready: 'Recent' },
  { name: 'runs', hash: '#/runs', ready: 'Draw number 99999.' },
  { name: 'runs, found by words', hash: '#/runs?text=number%20777%20-%237', ready: 'Draw number 99777.' },
  { name: 'library', hash: '#/library/models', ready: 'Library' },
  { name: 'fine-tune wizard', hash: '#/new/finetune', ready: 'Fine-tune' },
  { name: 'settings', hash: '#/settings', ready: 'Settings' },
];

const data = mkdtempSync(join(tmpdir(), 'tangent-bench-'));
try {
  fillCatalog(join(data, 'catalog.sqlite'));
  let tellAddress: (address: string) => void = () => undefined;
  const address = new Promise<string>((resolve) => (tellAddress = resolve));
  const serving = startTangent(['serve', '--data-dir', data], (line) => {
    const found = /http:\S+/.exec(line);
    if (found !== null) tellAddress(found[0]);
  });
  const browser = await launchChromium();
  try {
    await measure(browser, await address);
  } finally {
    await browser.close();
    serving.process.kill('SIGTERM');
    await serving.ended;
  }
} finally {
  rmSync(data, { recursive: true, force: true });
}

/** Puts runs into a catalog as they would stand there after years. */
function fillCatalog(path: string): void {
  const catalog = openCatalog(path);
  const spec = renderSpec();
  const hash = sha256(runSpecText(spec));
  catalog.transaction(() => {
    for (let n = 0; n < runCount; n++) {
      const { id } = catalog.runs.insert(spec, hash, `Draw number ${n}.`, n);
      catalog.runs.markRunning(id, n);
      catalog.events.append({
        runId: id,
        sequence: 1,
        attempt: 1,
        at: n + 1,
        body: { type: 'end', outcome: 'finished', error: null },
      });
    }
  });
  catalog.close();
}

async function measure(browser: Browser, address: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const first = await context.newPage();
  await first.goto(address);
  const origin = first.url().split('#')[0];
  const samples = new Map<string, number[]>();
  const note = (name: string, milliseconds: number) =>
    samples.set(name, [...(samples.get(name) ?? []), milliseconds]);
  for (let round = 0; round < rounds; round++) {
    const page = await context.newPage();
    await page.addInitScript(observeLongTasks);
    await page.goto(`${origin}#/`);
    await page
      .getByRole('link', { name: /^Draw number/ })
      .first()
      .waitFor();
    note('interactive: home shows runs', await page.evaluate(() => performance.now()));
    note(
      'first contentful paint',
      await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime),
    );
    for (const { name, hash, ready } of views) {
      note(`show ${name}`, await show(page, hash, ready));
      note(`longest block, ${name}`, await longestTask(page));
    }
    await show(page, '#/runs', 'Draw number 99999.');
    note('scroll to the end of 100,000 runs', await scrollToEnd(page));
    note('longest block, scrolling', await longestTask(page));
    await page.close();
  }
  process.stdout.write('| measured | median ms | largest ms |\n| --- | --: | --: |\n');
  for (const [name, values] of samples) {
    const sorted = values.toSorted((a, b) => a - b);
    process.stdout.write(
      `| ${name} | ${sorted[Math.floor(sorted.length / 2)].toFixed(0)} | ${sorted.at(-1)!.toFixed(0)} |\n`,
    );
  }
}

/** Notes in the page how long its thread was blocked; the browser tells of blocks above 50 ms. */
function observeLongTasks(): void {
  const blocks: number[] = [];
  Object.assign(window, { blocks });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) blocks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
}

/** Takes the longest block since it was last asked; 0 for none above 50 ms. */
async function longestTask(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { blocks } = window as unknown as { blocks: number[] };
    return Math.max(0, ...blocks.splice(0));
  });
}

/** Goes to a view, and returns how long it takes until a text is there. */
async function show(page: Page, hash: string, text: string): Promise<number> {
  await page.evaluate(() => (window.location.hash = '#/help'));
  await page.getByRole('heading').first().waitFor();
  return page.evaluate(
    async ([to, awaited]) => {
      const began = performance.now();
      window.location.hash = to;
      const isThere = () => document.querySelector('main')?.textContent.includes(awaited) ?? false;
      do {
        await new Promise((frame) => requestAnimationFrame(frame));
      } while (!isThere());
      return performance.now() - began;
    },
    [hash, text],
  );
}

async function scrollToEnd(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const began = performance.now();
    window.scrollTo(0, document.documentElement.scrollHeight);
    const isThere = () => document.querySelector('main')!.textContent.includes('Draw number 0.');
    do {
      await new Promise((frame) => requestAnimationFrame(frame));
    } while (!isThere());
    return performance.now() - began;
  });
}
