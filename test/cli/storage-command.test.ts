import { Command } from 'commander';
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import { addEngineCommands } from '#cli/commands/engine';
import { addStorageCommands } from '#cli/commands/storage';
import { openTestHost, plantArtifacts } from '#test/support/host-fixture';
import { tempFolder } from '#test/support/temp-folder';

/** Runs a command in this process; what it writes is collected. */
async function run(data: string, ...args: string[]) {
  let out = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const program = new Command('tangent').option('--data-dir <folder>').option('--json').exitOverride();
  addStorageCommands(program);
  addEngineCommands(program);
  try {
    await program.parseAsync(['--data-dir', data, ...args], { from: 'user' });
    return { out, exitCode: process.exitCode };
  } finally {
    spy.mockRestore();
    process.exitCode = undefined;
  }
}

/** A data directory with a result and two leftovers. */
async function makeData() {
  const { host, dataDirectory, close } = await openTestHost();
  const { runId } = await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'weights' }]);
  const result = host.artifacts.pathOf(sha256('weights'));
  const unknown = host.artifacts.pathOf((await host.artifacts.put(Buffer.from('unknown'))).id);
  utimesSync(unknown, 1, 1);
  await close();
  const lab = join(dataDirectory, 'labs', 'program', 'lab');
  mkdirSync(lab, { recursive: true });
  writeFileSync(join(lab, 'responses'), 'responses');
  return { dataDirectory, runId, result, unknown, lab };
}

describe('tangent storage', () => {
  it('says what takes the space', async () => {
    const { dataDirectory } = await makeData();
    const { out, exitCode } = await run(dataDirectory, 'storage');
    expect(out).toMatch(/are free\n/);
    expect(out).toMatch(/ {2}model +1 file +7 B\n/);
    expect(out).toMatch(/ {2}what edit labs keep +1 file +9 B\n/);
    expect(exitCode).toBe(0);
    const json = JSON.parse((await run(dataDirectory, '--json', 'storage')).out) as object;
    expect(json).toMatchObject({ root: dataDirectory, artifacts: [{ kind: 'model' }, { kind: null }] });
  });

  it('shows what can be removed, removes it with --yes, and then finds nothing', async () => {
    const { dataDirectory, result, unknown, lab } = await makeData();
    const shown = await run(dataDirectory, 'storage', 'clean');
    expect(shown.out).toMatch(/what closed edit labs keep \(labs\) +1 +9 B\n/);
    expect(shown.out).toMatch(/Nothing was removed: .* --yes/);
    const some = await run(dataDirectory, 'storage', 'clean', '--yes', '--only', 'unreferenced', 'wheels');
    expect(some.out).toMatch(/removed 7 B/);
    expect([unknown, lab].map(existsSync)).toEqual([false, true]);
    const all = await run(dataDirectory, '--json', 'storage', 'clean', '--yes');
    expect(JSON.parse(all.out.trim().split('\n').at(-1)!)).toMatchObject({ removed: { count: 1 } });
    expect([result, lab].map(existsSync)).toEqual([true, false]);
    expect((await run(dataDirectory, 'storage', 'clean')).out).toMatch(/nothing can be removed/);
  });

  it('names damaged artifacts with their run and what to do, and ends with a code for scripts', async () => {
    const { dataDirectory, runId, result } = await makeData();
    const whole = await run(dataDirectory, 'storage', 'verify');
    expect(whole).toEqual({ out: 'every artifact is as it was made: 1, 7 B\n', exitCode: 0 });
    rmSync(result);
    const { out, exitCode } = await run(dataDirectory, 'storage', 'verify');
    expect(out).toMatch(new RegExp(`missing .* model: model, made by run ${runId}`));
    expect(out).toContain('tangent verify <run>');
    expect(exitCode).toBe(6);
  });
});

describe('tangent engine use', () => {
  it('keeps the choice in the data directory', async () => {
    const data = tempFolder();
    expect((await run(data, 'engine', 'use', 'wasm')).out).toBe('from the next run on: wasm\n');
    const { host } = await openTestHost({ dataDirectory: data });
    expect((await host.engines.report()).choice).toBe('wasm');
  });
});
