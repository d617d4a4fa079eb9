import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { startLocalhost, type Localhost } from '#localhost/server';
import { FakeHost } from '#test/support/fake-host';
import { hex } from '#test/support/hex';

const pageDirectory = fileURLToPath(new URL('../../out/renderer', import.meta.url));

/** A page in front of a fake host. */
export interface PageFixture {
  readonly host: FakeHost;
  readonly page: Page;
  readonly server: Localhost;
  /** Ends the page, and fails if it wrote an error or broke its policy; `expected` are let pass. */
  readonly finish: (expected?: RegExp) => Promise<void>;
}

/** Opens the built page over localhost, on a host that `prepare` has filled. */
export async function openPage(
  browser: Browser,
  prepare: (host: FakeHost) => void = () => undefined,
  options: { colorScheme?: 'light' | 'dark' } = {},
): Promise<PageFixture> {
  const host = new FakeHost();
  prepare(host);
  const server = await startLocalhost({
    router: host.router,
    pageDirectory,
    openArtifact: (id) =>
      Promise.resolve(
        id === hex('1', 1)
          ? { stream: Readable.from(['bytes']), sizeBytes: 5, kind: 'model', label: 'Fine-tuned model' }
          : null,
      ),
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) {
      complaints.push(`foreign request ${request.url()}`);
    }
  });
  await page.goto(server.pageUrl);
  return {
    host,
    page,
    server,
    finish: async (expected) => {
      await context.close();
      await server.close();
      expect(complaints.filter((complaint) => !(expected?.test(complaint) ?? false))).toEqual([]);
    },
  };
}
