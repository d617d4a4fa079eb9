import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { acquireOwnership } from '#catalog/ownership-lock';
import { tempFolder } from '#test/support/temp-folder';

/** Another process that takes the lock and holds it until it is killed. */
const holderSource = `
  import { acquireOwnership } from '#catalog/ownership-lock';
  try {
    globalThis.lock = acquireOwnership(process.argv[1]);
    process.send('held');
    setInterval(() => undefined, 60_000);
  } catch (error) {
    process.send(error.code);
    process.exitCode = 1;
    process.disconnect();
  }
`;

async function startHolder(path: string): Promise<{ child: ChildProcess; answer: unknown }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', holderSource, path], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    cwd: join(import.meta.dirname, '..', '..'),
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [answer] = (await once(child, 'message')) as [unknown];
  return { child, answer };
}

describe('acquireOwnership', () => {
  it('refuses a directory that another process owns, until that process is killed', async () => {
    const path = join(tempFolder(), 'owner.lock');
    const { child, answer } = await startHolder(path);
    expect(answer).toBe('held');
    expect(() => acquireOwnership(path)).toThrow(
      expect.objectContaining({ code: 'data_directory_in_use', data: { path } }),
    );

    child.kill('SIGKILL');
    await once(child, 'exit');
    acquireOwnership(path).release();
  });

  it('keeps other processes out while this one owns the directory', async () => {
    const path = join(tempFolder(), 'owner.lock');
    const lock = acquireOwnership(path);
    // The system's file locks belong to the process: a refused second attempt must not drop them.
    expect(() => acquireOwnership(path)).toThrow();
    expect((await startHolder(path)).answer).toBe('data_directory_in_use');
    lock.release();
    expect((await startHolder(path)).answer).toBe('held');
  });

  it('is exclusive within one process, too, and can be taken again after its release', () => {
    const path = join(tempFolder(), 'owner.lock');
    const first = acquireOwnership(path);
    expect(() => acquireOwnership(path)).toThrow(expect.objectContaining({ code: 'data_directory_in_use' }));
    first.release();
    acquireOwnership(path).release();
  });
});
