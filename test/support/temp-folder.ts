import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** Makes an empty folder that is removed when the test has finished. */
export function tempFolder(): string {
  const folder = make();
  onTestFinished(() => remove(folder));
  return folder;
}

/** Makes an empty folder for a group of tests; call it where the group is described or prepared. */
export function sharedTempFolder(): string {
  const folder = make();
  afterAll(() => remove(folder));
  return folder;
}

function make(): string {
  return mkdtempSync(join(tmpdir(), 'tangent-test-'));
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
