import { describe, expect, it } from 'vitest';
import { AppError, toPlainError } from '#contract/errors';
import { findingSchema } from '#contract/records';
import { openDataDirectory } from '#host/data-directory';
import { examine } from '#host/doctor';
import { exampleEnvironment, ScriptedLauncher, type ScriptedWorker } from '#test/support/scripted-launcher';
import { tempFolder } from '#test/support/temp-folder';

/** Examines with a worker that answers in a certain way; returns the findings by subject. */
async function examineWith(answer?: (worker: ScriptedWorker) => void) {
  const root = tempFolder();
  const launcher = new ScriptedLauncher();
  const launch = () => {
    const worker = launcher.launch();
    if (answer !== undefined) worker.answerProbe = answer;
    return worker;
  };
  const app = { root, version: '1.2.3', commit: 'abcdef' };
  const findings = await examine(app, openDataDirectory(root), { launch });
  expect(launcher.last.requests).toEqual([
    { type: 'probe', engine: 'auto', appVersion: '1.2.3', appCommit: 'abcdef' },
  ]);
  for (const finding of findings) expect(findingSchema.parse(finding)).toEqual(finding);
  return new Map(findings.map((finding) => [finding.subject, finding]));
}

describe('examine', () => {
  it('says which program, engine and data directory were found', async () => {
    const findings = await examineWith();
    expect(findings.get('program')?.detail).toContain('1.2.3, commit abcdef');
    expect(findings.get('engine')).toMatchObject({ status: 'ok' });
    expect(findings.get('engine')?.detail).toMatch(/^wasm .*4\.22\.0.*bit-equal/);
    expect(findings.get('data directory')?.detail).toContain('GiB free');
  });

  it('passes on why a better engine was refused', async () => {
    const { engine } = exampleEnvironment;
    const findings = await examineWith((worker) => {
      const refused = [{ name: 'wasm', reason: 'no SIMD' }];
      const environment = { ...exampleEnvironment, engine: { ...engine, name: 'cpu' as const, refused } };
      worker.say({ type: 'environment', environment });
      worker.end('finished');
    });
    expect(findings.get('engine wasm')).toMatchObject({ status: 'warning', detail: 'no SIMD' });
  });

  it('tells a worker without an engine from one that died', async () => {
    const none = toPlainError(new AppError('engine_unavailable', 'No engine loads.'));
    const without = await examineWith((worker) => worker.end('failed', none));
    expect(without.get('engine')).toMatchObject({ status: 'missing', detail: 'No engine loads.' });
    const died = await examineWith((worker) =>
      worker.exit({ code: 1, signal: null, lastWords: 'Cannot find module' }),
    );
    expect(died.get('engine')).toMatchObject({ status: 'missing' });
    expect(died.get('engine')?.detail).toContain('Cannot find module');
  });
});
