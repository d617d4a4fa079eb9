import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeHtmlReport } from '#report/pages/write-html-report';
import { launchChromium } from '#test/support/chromium';
import { exampleTables, figureItem, sampleReport, tableItem } from './sample-report';

const hostile = `<script>alert(1)</script><img src=x onerror=alert(1)> "' =cmd() 中文`;
const addition = tableItem(exampleTables.get('addition')!);
const items = [
  { kind: 'text', heading: 'What was done', paragraphs: ['Three methods.', 'And three seeds.'] },
  addition,
  figureItem('maps', 'double'),
  figureItem('lines', 'single'),
  figureItem('scatter', 'single'),
  { kind: 'gap', title: 'Local energy', reason: 'No run has measured it.', advice: 'Run an analysis.' },
] as const;

describe('reports as a page', () => {
  const html = writeHtmlReport(sampleReport(items));

  it('have no script, and nothing that lies elsewhere', () => {
    expect(html).not.toMatch(/<script|\son[a-z]+=|javascript:|<link|<iframe|<form|@import|url\(/i);
    const addresses = [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(5);
    for (const address of addresses) expect(address).toMatch(/^(#|data:)/);
    expect(html).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"`,
    );
  });

  it('have each id once, and something behind every link to a place', () => {
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(id);
    for (const [, id] of html.matchAll(/aria-labelledby="([^"]*)"/g)) expect(ids).toContain(id);
  });

  it('are the same text each time', () => {
    expect(writeHtmlReport(sampleReport(items))).toBe(html);
  });

  it('hold the data of figures and tables in their links', () => {
    const files = [...html.matchAll(/download="([^"]*)" href="data:[^,]*;base64,([^"]*)"/g)].map(
      ([, name, data]) => [name, Buffer.from(data, 'base64').toString('utf8')] as const,
    );
    expect(files.map(([name]) => name)).toEqual([
      'addition.csv',
      'addition.tex',
      'maps.csv',
      'lines.csv',
      'scatter.csv',
    ]);
    const [[, csv], [, tex], [, maps]] = files;
    expect(csv).toContain('Non-linear FT');
    expect(tex).toContain('\\toprule');
    expect(maps.split('\n').length).toBeGreaterThan(3 * 21 * 21);
  });
});

describe('reports as a page in a browser', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tangent-report-'));
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(html: string, colorScheme: 'light' | 'dark') {
    const file = join(folder, 'report.html');
    writeFileSync(file, html);
    const page = await browser.newPage({ colorScheme });
    const noise: string[] = [];
    page.on('console', (message) => noise.push(message.text()));
    page.on('pageerror', (error) => noise.push(error.message));
    page.on('dialog', (dialog) => {
      noise.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) noise.push(request.url().slice(0, 100));
    });
    await page.goto(pathToFileURL(file).href);
    return { page, noise };
  }

  it('show hostile names as they are, without a message, a request or anything that runs', async () => {
    const table = { ...addition.table, title: hostile, rowHead: hostile };
    const figure = figureItem('bars', 'double');
    const { page, noise } = await open(
      writeHtmlReport(
        sampleReport(
          [
            { ...addition, table, caption: hostile, name: hostile },
            { ...figure, figure: { ...figure.figure, title: hostile }, caption: hostile },
            { kind: 'text', heading: hostile, paragraphs: [hostile] },
            { kind: 'gap', title: hostile, reason: hostile, advice: hostile },
          ],
          { title: hostile, authors: hostile, commands: [hostile], environment: [hostile] },
        ),
      ),
      'light',
    );
    expect(noise).toEqual([]);
    expect(await page.title()).toBe(hostile);
    expect(await page.locator('script, img').count()).toBe(0);
    for (const place of ['h1', 'h2#text-1', '.authors', '#gap-1 p >> nth=1', 'pre']) {
      expect(await page.locator(place).first().innerText()).toBe(hostile);
    }
    expect(await page.locator('#table-1 figcaption').innerText()).toContain(hostile);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('can be used by everybody (%s)', async (colorScheme) => {
    const { page, noise } = await open(writeHtmlReport(sampleReport(items)), colorScheme);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('[role="img"][aria-label^="Figure 1. Sample of maps."]').count()).toBe(1);
    expect(await page.getByRole('table', { name: /^Table 1\. Task addition/ }).count()).toBe(1);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground === 'rgb(255, 255, 255)').toBe(colorScheme === 'light');
    const canvas = page.locator('.canvas').first();
    expect(await canvas.evaluate((node) => getComputedStyle(node).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    await page.setViewportSize({ width: 380, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(380);
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const { axe: inPage } = window as unknown as { axe: { run(): Promise<axe.AxeResults> } };
      const found = await inPage.run();
      return found.violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join()}`,
      );
    });
    expect(violations).toEqual([]);
    expect(noise).toEqual([]);
    await page.close();
  });
});
