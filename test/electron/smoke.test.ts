import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findElectron } from '#host/find-electron';

const root = fileURLToPath(new URL('../..', import.meta.url));
const electron = findElectron(root);

function whyNot(): string | null {
  if (electron === null) return 'the Electron program is not installed; see "npm run setup:electron"';
  if (!existsSync(join(root, 'out/main/index.js'))) return 'the project is not built';
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return 'there is no display';
  }
  return null;
}

const reason = whyNot();

describe('the Electron program', () => {
  it.skipIf(reason !== null)(
    `opens a window on its own host${reason === null ? '' : ` [skipped: ${reason}]`}`,
    async () => {
      const dataDirectory = mkdtempSync(join(tmpdir(), 'tangent-electron-'));
      const program = await _electron.launch({
        executablePath: electron!,
        args: process.getuid?.() === 0 ? ['--no-sandbox', root] : [root],
        env: { ...process.env, TANGENT_DATA_DIR: dataDirectory },
      });
      try {
        const page = await program.firstWindow();
        await page.getByRole('button', { name: 'Run the quickstart' }).waitFor();
        expect(await page.getByRole('status').innerText()).toBe('Connected');
        expect(await page.evaluate(() => 'require' in window || 'process' in window)).toBe(false);
      } finally {
        await program.close();
        rmSync(dataDirectory, { recursive: true, force: true });
      }
    },
  );
});
