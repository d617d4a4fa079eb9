import { Command } from 'commander';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import type * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { addEngineCommands } from '#cli/commands/engine';
import { tempFolder } from '#test/support/temp-folder';
import { exampleManifest } from '#test/support/tiny-engine';

vi.mock('node:fs/promises', async (importOriginal) => ({
  ...(await importOriginal<typeof fs>()),
  statfs: () => Promise.resolve({ bavail: 1e7, bsize: 1e4 }),
}));

/** Runs `tangent engine …` in this process; what it writes is collected. */
async function runEngine(data: string, ...args: string[]) {
  const written = { out: '', notes: '' };
  const collect = (name: keyof typeof written) => (text: string | Uint8Array) => {
    written[name] += String(text);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(collect('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(collect('notes')),
  ];
  const program = new Command('tangent').option('--data-dir <folder>').option('--json').exitOverride();
  const listeners = process.listeners('SIGINT');
  addEngineCommands(program);
  for (const command of program.commands.flatMap((group) => group.commands)) command.exitOverride();
  try {
    await program.parseAsync(['--data-dir', data, ...args], { from: 'user' });
    return { ...written, exitCode: process.exitCode };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
    for (const added of newInterruptListeners(listeners)) process.off('SIGINT', added);
  }
}

function newInterruptListeners(before: readonly unknown[]) {
  return process.listeners('SIGINT').filter((listener) => !before.includes(listener));
}

function placeEngine(data: string, name: string, manifest: object): void {
  mkdirSync(join(data, 'engines', name), { recursive: true });
  writeFileSync(join(data, 'engines', name, 'engine.json'), JSON.stringify(manifest));
}

afterEach(() => void vi.unstubAllEnvs());

describe('tangent engine list', () => {
  it('says how to install an engine where there is none', async () => {
    expect((await runEngine(tempFolder(), 'engine', 'list')).out).toMatch(/^no native engine.*install"/);
    expect((await runEngine(tempFolder(), '--json', 'engine', 'list')).out).toBe('');
  });

  it('tells which engines can be used', async () => {
    const data = tempFolder();
    placeEngine(data, 'a', exampleManifest('gpu', { key: 'other' }));
    placeEngine(data, 'b', exampleManifest('cpu'));
    const { out } = await runEngine(data, 'engine', 'list');
    expect(out).toMatch(
      /^native cpu {2}TensorFlow 2\.21\.0 {2}ready\n.*\n.*\nnative gpu .*install it again\n/,
    );
    const json = await runEngine(data, '--json', 'engine', 'list');
    expect(
      json.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([
      { variant: 'cpu', isCurrent: true, folder: join(data, 'engines', 'b') },
      { variant: 'gpu', isCurrent: false, folder: join(data, 'engines', 'a') },
    ]);
  });
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('tangent engine install', () => {
  it.each([['--cpu'], ['--gpu']])('does nothing with %s if that engine is there', async (option) => {
    vi.stubEnv('CXX', '/nonexistent');
    const data = tempFolder();
    placeEngine(data, 'other', exampleManifest('cpu', { key: 'other' }));
    const variant = option === '--gpu' ? 'gpu' : 'cpu';
    const manifest = exampleManifest(variant);
    placeEngine(data, `${variant}-2.21.0-${manifest.key}`, manifest);
    const { out, exitCode } = await runEngine(data, 'engine', 'install', option);
    expect(out).toMatch(new RegExp(`^native ${variant} .*ready\n`));
    expect(exitCode).toBe(0);
  });

  it('refuses to install for both at once', async () => {
    const data = tempFolder();
    await expect(runEngine(data, 'engine', 'install', '--cpu', '--gpu')).rejects.toMatchObject({
      message: 'error: --cpu and --gpu exclude each other',
    });
    expect(readdirSync(data)).toEqual([]);
  });

  it('passes on that the wheel it is told to take is missing', async () => {
    vi.stubEnv('CXX', 'true');
    const missing = join(tempFolder(), 'missing.whl');
    await expect(runEngine(tempFolder(), 'engine', 'install', '--from', missing)).rejects.toMatchObject({
      code: 'source_missing',
      data: { path: missing },
    });
  });

  it('says that it was stopped, and that the same command continues', async () => {
    vi.stubEnv('CXX', 'true');
    const data = tempFolder();
    const started = join(tempFolder(), 'started');
    const python = `${started}.sh`;
    const script = `#!/bin/sh\nif [ "$3" = --version ]; then exit 0; fi\ntouch '${started}'; exec sleep 60\n`;
    writeFileSync(python, script, { mode: 0o755 });
    vi.stubEnv('PYTHON', python);
    const before = process.listeners('SIGINT');
    const running = runEngine(data, 'engine', 'install');
    await vi.waitUntil(() => existsSync(started), { timeout: 20_000 });
    for (const interrupt of newInterruptListeners(before)) interrupt('SIGINT');
    const { notes, exitCode } = await running;
    expect(notes).toContain('Stopped. What has been fetched is kept');
    expect(exitCode).toBe(130);
    expect(readdirSync(join(data, 'engines', 'wheels-2.21.0'))).toEqual([]);
  });
});
