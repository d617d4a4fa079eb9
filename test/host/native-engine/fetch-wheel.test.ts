import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchWheel, findWheel, type WheelRequest } from '#host/native-engine/fetch-wheel';
import { tempFolder } from '#test/support/temp-folder';

const wheelName = 'demo_cpu-1.0-cp311-cp311-manylinux_2_27_x86_64.whl';

function requestFor(folder: string, more: Partial<WheelRequest> = {}): WheelRequest {
  return {
    requirement: 'demo-cpu==1.0',
    filePrefix: 'demo_cpu-1.0-',
    folder,
    onBytes: () => undefined,
    ...more,
  };
}

/**
 * Makes a python whose `pip download` runs a piece of shell script; `$dest` is where a wheel belongs.
 *
 * @returns the file in which it notes what it is called with
 */
function usePython(download: string, pipVersion = 'echo pip 23.2.1'): string {
  const folder = tempFolder();
  const script = `#!/bin/sh
echo "$@" >> '${join(folder, 'calls')}'
for argument; do case "$argument" in --dest=*) dest="\${argument#--dest=}" ;; esac; done
if [ "$3" = --version ]; then ${pipVersion}; exit; fi
${download}
`;
  const python = join(folder, 'python');
  writeFileSync(python, script, { mode: 0o755 });
  vi.stubEnv('PYTHON', python);
  return join(folder, 'calls');
}

/** A wheel elsewhere, to be copied as if it came from a package index. */
function remoteWheel(content: string): string {
  const path = join(tempFolder(), wheelName);
  writeFileSync(path, content);
  return path;
}

afterEach(() => void vi.unstubAllEnvs());

describe('a wheel that is there', () => {
  it('is returned without running python', async () => {
    vi.stubEnv('PYTHON', '/nonexistent');
    const folder = tempFolder();
    writeFileSync(join(folder, wheelName), 'kept');
    expect(await fetchWheel(requestFor(folder))).toBe(join(folder, wheelName));
  });

  it('is found by the beginning and the end of its name', async () => {
    const folder = tempFolder();
    for (const name of ['other-1.0-x.whl', 'demo_cpu-1.0-x.whl.part', 'demo_cpu-1.1-x.whl', 'demo-1.0-x.whl'])
      writeFileSync(join(folder, name), '');
    expect(await findWheel(folder, 'demo_cpu-1.0-')).toBeNull();
    writeFileSync(join(folder, 'demo_cpu-1.0-x.whl'), '');
    expect(await findWheel(folder, 'demo_cpu-1.0-')).toBe(join(folder, 'demo_cpu-1.0-x.whl'));
  });
});

describe('fetching a wheel', () => {
  it('has pip download it, keeps it, and leaves nothing else behind', async () => {
    const calls = usePython(`cp '${remoteWheel('the wheel')}' "$dest"`);
    const folder = join(tempFolder(), 'engines', 'wheels-2.21.0');
    const kept = await fetchWheel(requestFor(folder));
    expect(kept).toBe(join(folder, wheelName));
    expect(readFileSync(kept, 'utf8')).toBe('the wheel');
    expect(readdirSync(folder)).toEqual([wheelName]);
    const [version, download, ...more] = readFileSync(calls, 'utf8').trim().split('\n');
    expect(version).toBe('-m pip --version');
    expect(download).toMatch(/^-m pip download --no-deps .*--only-binary=:all: .* demo-cpu==1\.0$/);
    expect(more).toEqual([]);
  });

  it('does it once', async () => {
    usePython(`cp '${remoteWheel('the wheel')}' "$dest"`);
    const folder = tempFolder();
    const kept = await fetchWheel(requestFor(folder));
    usePython('exit 1');
    expect(await fetchWheel(requestFor(folder))).toBe(kept);
  });

  it('keeps what pip stores meanwhile inside the folder that it removes', async () => {
    usePython(`echo scratch > "$TMPDIR/pip-unpack" && cp '${remoteWheel('x')}' "$dest"`);
    const folder = tempFolder();
    vi.stubEnv('TMPDIR', '/nonexistent');
    await fetchWheel(requestFor(folder));
    expect(readdirSync(folder)).toEqual([wheelName]);
  });

  it('tells how many bytes have arrived', async () => {
    const arrived: number[] = [];
    usePython(
      `mkdir "$dest/sub"; printf 12345 > "$dest/sub/part"; sleep 1; cp '${remoteWheel('x')}' "$dest"`,
    );
    await fetchWheel(requestFor(tempFolder(), { onBytes: (bytes) => arrived.push(bytes) }));
    expect(arrived).toContain(5);
  });

  it('ends python when it is stopped, and leaves nothing behind', async () => {
    const abort = new AbortController();
    const folder = tempFolder();
    const started = join(tempFolder(), 'pid');
    usePython(`echo $$ > '${started}.new'; mv '${started}.new' '${started}'; exec sleep 60`);
    const fetching = fetchWheel(requestFor(folder, { signal: abort.signal }));
    const outcome = expect(fetching).rejects.toMatchObject({ name: 'AbortError' });
    await vi.waitUntil(() => existsSync(started), { timeout: 20_000 });
    abort.abort();
    await outcome;
    expect(readdirSync(folder)).toEqual([]);
    const pid = Number(readFileSync(started, 'utf8'));
    await vi.waitUntil(() => !existsSync(`/proc/${pid}`), { timeout: 20_000 });
  });
});

describe('a wheel that cannot be fetched', () => {
  it('needs python, or a wheel that was brought', async () => {
    vi.stubEnv('PYTHON', '/nonexistent');
    const folder = tempFolder();
    const message = expect.stringMatching(
      /^\/nonexistent with pip is needed.*demo-cpu==1\.0.*--from/,
    ) as string;
    const refusal = { code: 'engine_install_failed', message, data: { missing: 'python3' } };
    await expect(fetchWheel(requestFor(folder))).rejects.toMatchObject(refusal);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('needs a python with pip', async () => {
    const calls = usePython('exit 1', 'echo "No module named pip" >&2; exit 1');
    await expect(fetchWheel(requestFor(tempFolder()))).rejects.toMatchObject({
      code: 'engine_install_failed',
      message: expect.stringMatching(/No module named pip.*python3-pip.*--from/) as string,
    });
    expect(readFileSync(calls, 'utf8')).toBe('-m pip --version\n');
  });

  it.each([
    [
      'the errors that pip told of, and only those',
      'echo Collecting demo; echo "ERROR: No such version" >&2; echo "ERROR: Nothing fits" >&2; exit 1',
      'Python could not fetch demo-cpu==1.0: ERROR: No such version ERROR: Nothing fits. Without',
    ],
    ['all that pip said if it named no error', 'echo "Killed"; exit 137', 'demo-cpu==1.0: Killed. Without'],
    ['that pip said nothing', 'exit 3', 'demo-cpu==1.0: no reason given. Without'],
    ['a success that brought nothing', 'echo "Saved elsewhere"', 'demo-cpu==1.0: Saved elsewhere. Without'],
  ])('is reported with %s', async (_, download, text) => {
    usePython(`echo rest > "$dest/rest"; ${download}`);
    const folder = tempFolder();
    await expect(fetchWheel(requestFor(folder))).rejects.toMatchObject({
      code: 'engine_install_failed',
      message: expect.stringContaining(text) as string,
      data: { requirement: 'demo-cpu==1.0' },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not kept if pip failed after it had come', async () => {
    usePython(`cp '${remoteWheel('half')}' "$dest"; echo "ERROR: hash mismatch"; exit 1`);
    const folder = tempFolder();
    await expect(fetchWheel(requestFor(folder))).rejects.toMatchObject({
      message: expect.stringContaining('hash mismatch') as string,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does not stand in for another package that was left there', async () => {
    usePython('exit 1');
    const folder = tempFolder();
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'demo_gpu-1.0-py3-none-any.whl'), 'other');
    await expect(fetchWheel(requestFor(folder))).rejects.toMatchObject({ code: 'engine_install_failed' });
    expect(readdirSync(folder).sort()).toEqual(['demo_gpu-1.0-py3-none-any.whl', 'sub']);
  });
});
