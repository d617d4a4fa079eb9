import { Command } from 'commander';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { addReportCommands } from '#cli/commands/report/index';
import type { ReportDocument } from '#contract/report';
import { hostWithBenchmark } from '#test/host/report/host-with-benchmark';
import { openTestHost } from '#test/support/host-fixture';
import { sharedTempFolder, tempFolder } from '#test/support/temp-folder';

/** Runs a command in this process; what it writes is collected. */
async function run(data: string, ...args: string[]) {
  let [out, notes] = ['', ''];
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((notes += String(text)), true)),
  ];
  const program = new Command('tangent').option('--data-dir <folder>').option('--json').exitOverride();
  addReportCommands(program);
  try {
    await program.parseAsync(['--data-dir', data, ...args], { from: 'user' });
    return { out, notes };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
  }
}

describe('tangent report', () => {
  const data = sharedTempFolder();
  /** The data directory of a finished benchmark, which no host has open. */
  const prepare = async () => {
    const { host, studyId } = await hostWithBenchmark(data);
    await host.close();
    return studyId;
  };

  it('writes the newest finished study into a folder, and the window gets the same bytes as an archive', async () => {
    const studyId = await prepare();
    const out = tempFolder();
    const { out: line, notes } = await run(
      data,
      'report',
      '--out',
      join(out, 'folder'),
      '--authors',
      'A. Nyone',
    );
    expect(line).toMatch(/folder: \d+ files, .*iB\n$/);
    expect(notes).toContain('missing: Training curves: ');
    expect(readFileSync(join(out, 'folder', 'report.tex'), 'utf8')).toContain('A. Nyone');
    const zipped = await run(
      data,
      '--json',
      'report',
      studyId,
      '--out',
      join(out, 'a.zip'),
      '--authors',
      'A. Nyone',
    );
    const told = JSON.parse(zipped.out) as { files: string[] };
    for (const path of told.files) expect(existsSync(join(out, 'folder', path)), path).toBe(true);
    const { host } = await hostWithBenchmark(data);
    const document = { ...host.reports.suggest({ studyId }), authors: 'A. Nyone' };
    const { bytes } = await host.reports.bundle(document);
    expect(Buffer.compare(bytes, readFileSync(join(out, 'a.zip')))).toBe(0);
  });

  it('replaces nothing unless it is told to', async () => {
    await prepare();
    const out = tempFolder();
    writeFileSync(join(out, 'mine.txt'), 'mine');
    await expect(run(data, 'report', '--out', out)).rejects.toThrow('has files already');
    expect(readdirSync(out)).toEqual(['mine.txt']);
    await run(data, 'report', '--out', out, '--force');
    expect(readFileSync(join(out, 'mine.txt'), 'utf8')).toBe('mine');
    expect(existsSync(join(out, 'report.pdf'))).toBe(true);
    await expect(run(data, 'report', '--out', join(out, 'mine.txt'), '--force')).rejects.toThrow('is a file');
    await expect(run(data, 'report')).rejects.toThrow('--out');
  });

  it('lists saved reports and writes one as it was arranged', async () => {
    const { host, studyId } = await hostWithBenchmark(data);
    const document: ReportDocument = {
      ...host.reports.suggest({ studyId }),
      title: 'Arranged',
      items: [{ kind: 'text', id: 'text', heading: '', text: 'only this' }],
    };
    const { id } = host.reports.save(null, document);
    await host.close();
    expect((await run(data, 'report', 'list')).out).toMatch(new RegExp(`^${id} {2}Arranged +1 pieces`));
    const out = join(tempFolder(), 'saved');
    await run(data, 'report', '--saved', id, '--out', out, '--spread', 'interval');
    expect(readFileSync(join(out, 'report.tex'), 'utf8')).toContain('only this');
    expect(readFileSync(join(out, 'REPRODUCE.md'), 'utf8')).toContain('--spread interval');
    await expect(run(data, 'report', studyId, '--saved', id, '--out', `${out}-2`)).rejects.toThrow(
      'beside it',
    );
  });

  it('says that there is nothing to report on yet', async () => {
    const { close, dataDirectory } = await openTestHost();
    await close();
    const out = join(tempFolder(), 'out');
    await expect(run(dataDirectory, 'report', '--out', out)).rejects.toThrow('No study has finished yet');
    await expect(run(dataDirectory, 'report', 'abc', '--out', out)).rejects.toThrow('There is no run abc');
    expect(existsSync(out)).toBe(false);
  });
});
