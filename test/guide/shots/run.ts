import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { connectToHost } from '#api/transport/node-client';
import { readAppInfo } from '#host/app-info';
import { readOwner } from '#localhost/listen-as-owner';
import { launchChromium } from '#test/support/chromium';
import { findExamples, MissingExamples, type Examples } from './find-examples';
import { shots, type Shot } from './shot-list';

const help = `npm run guide:shots -- --data-dir <folder> [--names <name>,<name>]

Takes the pictures of the guide, resources/guide/img/*.png, of every view in light and dark.
The data directory holds a finished study starter-8, a map and a spectrum; it is best a copy, and may be in
TANGENT_DATA_DIR as well. It is made by

  npm run tangent -- --data-dir <folder> study run starter-8
  npm run tangent -- --data-dir <folder> map …       (this script prints both commands with the ids of
  npm run tangent -- --data-dir <folder> ntk …        the task vectors if they have not been run)

The page is that of the last "npm run build".
--names    these pictures alone
`;

const { values } = parseArgs({
  options: { 'data-dir': { type: 'string' }, names: { type: 'string' }, help: { type: 'boolean' } },
});
const dataDirectory = values['data-dir'] ?? process.env.TANGENT_DATA_DIR;
if (values.help === true || dataDirectory === undefined) {
  process.stdout.write(help);
  process.exit(values.help === true ? 0 : 2);
}
const chosen = values.names?.split(',');
const taken = shots.filter(({ name }) => chosen?.includes(name) ?? true);
const unknown = chosen?.filter((name) => !shots.some((shot) => shot.name === name)) ?? [];
if (unknown.length > 0) {
  process.stderr.write(
    `There is no picture ${unknown.join(', ')}: ${shots.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}

const { root } = readAppInfo(import.meta.dirname);
const folder = join(root, 'resources', 'guide', 'img');
const data = resolve(dataDirectory);
const host = spawn(
  process.execPath,
  [join(root, 'main', 'cli', 'tangent.mjs'), '--json', '--data-dir', data, 'serve'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  await takeAll(await firstUrl());
} catch (error) {
  if (!(error instanceof MissingExamples)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
} finally {
  host.kill('SIGTERM');
  if (host.exitCode === null) await once(host, 'exit');
}

/** Reads the address of the page from what the host prints. */
async function firstUrl(): Promise<string> {
  for await (const line of createInterface({ input: host.stdout })) {
    const { url } = JSON.parse(line) as { url?: string };
    if (url !== undefined) return url;
  }
  throw new Error('the host ended before it served a page');
}

async function takeAll(url: string): Promise<void> {
  const client = connectToHost(readOwner(data)!);
  const examples = await findExamples(client, `npm run tangent -- --data-dir ${data}`).finally(() =>
    client.close(),
  );
  await mkdir(folder, { recursive: true });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(url);
    for (const shot of taken) await takeOne(page, shot, examples);
    if (complaints.length > 0) throw new Error(`The page complains:\n${complaints.join('\n')}`);
  } finally {
    await browser.close();
  }
}

/** Takes one picture in light and in dark. */
async function takeOne(page: Page, { name, view, prepare }: Shot, examples: Examples): Promise<void> {
  const address = new URL(page.url());
  address.hash = `#/${typeof view === 'string' ? view : view(examples)}`;
  await page.emulateMedia({ colorScheme: 'light' });
  // A new document each time: nothing of the last view is left, such as the draft of a wizard's step.
  await page.goto('about:blank');
  await page.goto(address.href);
  await settle(page);
  await prepare?.(page);
  let size = 0;
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await settle(page);
    await page.evaluate(showUsualPlace, data);
    const image = await sharp(await page.screenshot())
      .png({ palette: true, quality: 85, effort: 7, dither: 0.5 })
      .toBuffer();
    await writeFile(join(folder, theme === 'light' ? `${name}.png` : `${name}-dark.png`), image);
    size += image.length;
  }
  process.stdout.write(`${name}  ${Math.round(size / 1024)} KiB\n`);
}

/** In the page: shows the data directory where it usually is, not where the pictures are taken. */
function showUsualPlace(actual: string): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() !== null) {
    const { nodeValue } = texts.currentNode;
    if (nodeValue?.includes(actual) !== true) continue;
    texts.currentNode.nodeValue = nodeValue.replaceAll(actual, '~/.tangent-workbench');
  }
  for (const field of document.querySelectorAll('input'))
    if (field.value.includes(actual)) field.value = field.value.replaceAll(actual, '~/.tangent-workbench');
}

/** Waits until nothing loads and charts are drawn. */
async function settle(page: Page): Promise<void> {
  await page.locator('main').waitFor();
  await page
    .getByText(/^Loading…$/)
    .first()
    .waitFor({ state: 'detached', timeout: 60_000 });
  await page.waitForTimeout(800);
}
