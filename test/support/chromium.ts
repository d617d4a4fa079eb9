import { existsSync } from 'node:fs';
import sparticuz from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';

const quietFlags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Launches a headless browser: Debian's Chromium where it is installed, else the one from npm. */
export async function launchChromium(): Promise<Browser> {
  const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (path) => existsSync(path),
  );
  return chromium.launch({
    headless: true,
    executablePath: installed ?? (await sparticuz.executablePath()),
    args: installed === undefined ? [...sparticuz.args, ...quietFlags] : quietFlags,
  });
}
