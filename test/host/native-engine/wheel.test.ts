import { existsSync, readFileSync, readdirSync, truncateSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '#contract/errors';
import { below, openWheel } from '#host/native-engine/wheel';
import { tempFolder } from '#test/support/temp-folder';
import { writeTinyWheel, writeZip } from '#test/support/tiny-wheel';

const files = { 'demo/lib/a.so': 'machine code '.repeat(40), 'demo/b.h': 'int b;', 'demo/c.py': 'c = 1' };

/** Unpacks all that a wheel holds, but for its own notes, into a new folder; returns the folder. */
async function unpack(path: string): Promise<string> {
  const folder = tempFolder();
  const wheel = await openWheel(path);
  try {
    await wheel.extract(
      (name) => (name.includes('.dist-info/') ? null : below(folder, name)),
      () => undefined,
    );
    return folder;
  } finally {
    wheel.close();
  }
}

async function refusalOf(promise: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(AppError);
  expect(thrown).toMatchObject({ code: 'engine_install_failed' });
  return thrown as AppError;
}

function wheelPath(): string {
  return join(tempFolder(), 'demo-1.0-py3-none-any.whl');
}

describe('unpacking a wheel', () => {
  it.each([
    ['stored', false],
    ['deflated', true],
  ])('writes the %s files that are asked for, where they are asked for', async (_, isDeflated) => {
    const path = writeTinyWheel(wheelPath(), files, { isDeflated });
    const folder = tempFolder();
    const wheel = await openWheel(path);
    const progress: [number, number][] = [];
    const count = await wheel.extract(
      (name) => (/\.(so|h)$/.test(name) ? below(folder, name, 1) : null),
      (done, total) => progress.push([done, total]),
    );
    wheel.close();
    expect(count).toBe(2);
    expect(readFileSync(join(folder, 'lib', 'a.so'), 'utf8')).toBe(files['demo/lib/a.so']);
    expect(readFileSync(join(folder, 'b.h'), 'utf8')).toBe(files['demo/b.h']);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['b.h', 'lib', 'lib/a.so']);
    const total = files['demo/lib/a.so'].length + files['demo/b.h'].length;
    expect(progress.at(-1)).toEqual([total, total]);
  });

  it('leaves out the entries of folders', async () => {
    const folder = await unpack(writeTinyWheel(wheelPath(), { 'demo/': '', ...files }));
    expect(readFileSync(join(folder, 'demo', 'c.py'), 'utf8')).toBe('c = 1');
  });

  it('reads the notes of a wheel and says which one is missing', async () => {
    const wheel = await openWheel(writeTinyWheel(wheelPath(), files, { metadata: 'Name: demo\n' }));
    expect(await wheel.metadata('METADATA')).toBe('Name: demo\n');
    expect((await refusalOf(wheel.metadata('entry_points.txt'))).message).toContain('entry_points.txt');
    wheel.close();
  });

  it('knows files whose paths are quoted in the list because of a comma', async () => {
    const odd = { 'demo/a,b.h': 'first', 'demo/plain.h': 'second' };
    const folder = await unpack(writeTinyWheel(wheelPath(), odd));
    expect(readFileSync(join(folder, 'demo', 'a,b.h'), 'utf8')).toBe('first');
    const altered = writeTinyWheel(wheelPath(), odd, { listed: { 'demo/a,b.h': 'other' } });
    expect((await refusalOf(unpack(altered))).message).toContain('demo/a,b.h');
  });

  it('takes the list of whatever package the wheel is', async () => {
    const path = join(tempFolder(), 'nvidia_cublas_cu12-12.9.1-py3-none-any.whl');
    const folder = await unpack(writeTinyWheel(path, { 'nvidia/x.so': 'x' }));
    expect(readFileSync(join(folder, 'nvidia', 'x.so'), 'utf8')).toBe('x');
  });
});

describe('a wheel with a fault', () => {
  it('is refused by the name of the file that was altered', async () => {
    const path = writeTinyWheel(wheelPath(), files);
    const bytes = readFileSync(path);
    bytes.write('int c;', bytes.indexOf('int b;'));
    writeFileSync(path, bytes);
    const { message, data } = await refusalOf(unpack(path));
    expect(message).toContain('demo/b.h');
    expect(message).not.toContain('demo/lib/a.so');
    expect(data).toEqual({ file: path });
  });

  it('is refused if its list says something else, or nothing, about a file', async () => {
    for (const other of ['int z;', null]) {
      const path = writeTinyWheel(wheelPath(), files, { listed: { 'demo/b.h': other } });
      expect((await refusalOf(unpack(path))).message).toContain('demo/b.h, which is not what its own list');
    }
  });

  it('may be altered in a file that nobody asks for', async () => {
    const path = writeTinyWheel(wheelPath(), files, { listed: { 'demo/b.h': 'int z;' } });
    const wheel = await openWheel(path);
    const folder = tempFolder();
    const target = (name: string) => (name === 'demo/c.py' ? below(folder, name) : null);
    expect(await wheel.extract(target, () => undefined)).toBe(1);
    wheel.close();
  });

  it('is refused by the name of the file that cannot be inflated', async () => {
    const path = writeTinyWheel(wheelPath(), files, { isDeflated: true });
    const bytes = readFileSync(path);
    const dataStart = bytes.indexOf('demo/lib/a.so') + 'demo/lib/a.so'.length;
    bytes.fill(0xff, dataStart, dataStart + 8);
    writeFileSync(path, bytes);
    expect((await refusalOf(unpack(path))).message).toContain('demo/lib/a.so');
  });

  it.each([0.99, 0.5, 0.01])('is refused if only %d of it arrived', async (part) => {
    const path = writeTinyWheel(wheelPath(), files);
    truncateSync(path, Math.floor(statSync(path).size * part));
    const { message } = await refusalOf(openWheel(path));
    expect(message).toContain(path);
    expect(message).toContain('incomplete');
  });

  it('is refused if it is another kind of zip file', async () => {
    const path = writeZip(wheelPath(), { 'demo/b.h': 'int b;', 'demo/sub.dist-info/RECORD': '' });
    expect((await refusalOf(openWheel(path))).message).toContain('not a Python wheel');
  });

  it.each([
    ['holds something else', 'This is no zip file, though it is named like a wheel.'],
    ['is empty', ''],
  ])('is refused if the file %s', async (_, content) => {
    const path = wheelPath();
    writeFileSync(path, content);
    expect((await refusalOf(openWheel(path))).message).toContain('cannot be read');
  });

  it('is refused if the file is not there', async () => {
    expect((await refusalOf(openWheel(wheelPath()))).message).toContain('ENOENT');
  });

  it('is refused if a path in it leads out of its folder', async () => {
    const path = writeTinyWheel(wheelPath(), { 'demo/b.h': 'int b;', '../../evil.h': 'int e;' });
    expect((await refusalOf(openWheel(path))).message).toContain('../../evil.h');
    expect(existsSync(join(path, '..', '..', 'evil.h'))).toBe(false);
  });
});
