import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunDetail, RunSummary } from '#contract/records';
import { writeTaskFolders } from '#numerics/data/starter/write-task-folders';
import { encodeSafetensors } from '#numerics/models/safetensors';
import { initializeVision } from '#numerics/models/vision-parameters';
import { runTangent, startTangent, tangentCommand, type CommandResult } from '#test/support/tangent-command';
import { sharedTempFolder } from '#test/support/temp-folder';

const architecture = {
  imageSize: 32,
  patchSize: 8,
  width: 16,
  layers: 1,
  heads: 2,
  mlpRatio: 2,
  featureSize: 8,
  activation: 'quickGelu',
} as const;

describe('the tangent command, used as the README says', { timeout: 120_000 }, () => {
  const folder = sharedTempFolder();
  const data = join(folder, 'data');
  const images = join(folder, 'images');
  const modelFile = join(folder, 'vit.safetensors');
  const ids: Record<string, string> = {};

  const tangent = (...args: string[]) => runTangent('--data-dir', data, ...args);
  /** Runs a command with JSON output and returns the outputs of the run it made, by role. */
  async function outputsOf(...args: string[]): Promise<Record<string, string>> {
    const result = await tangent('--json', ...args);
    expect(result).toMatchObject({ code: 0 });
    const { outputs } = lastRun(result);
    return Object.fromEntries(outputs.map(({ role, id }) => [role, id]));
  }
  const finetuneArgs = (...more: string[]) => [
    ...['finetune', '--model', ids.model, '--dataset', ids.dataset, '--head', ids.head],
    ...['--steps', '40', '--batch-size', '16', '--lr', '3e-3', '--checkpoint-every', '10', ...more],
  ];

  beforeAll(async () => {
    mkdirSync(images);
    await writeTaskFolders({
      folder: images,
      tasks: ['signs'],
      trainPerClass: 24,
      testPerClass: 3,
      seed: 1,
    });
    writeFileSync(modelFile, encodeSafetensors(initializeVision(architecture, 1), {}));
  });

  it('tells what the machine has', async () => {
    const { code, stdout } = await tangent('doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/engine +wasm/);
    expect(stdout).toMatch(/engine native +not installed/);
    expect(stdout).toMatch(/gpu +\S/);
  });

  it('lists no native engine in a new data directory, and says how to install one', async () => {
    const { code, stdout } = await tangent('engine', 'list');
    expect(code).toBe(0);
    expect(stdout).toContain('tangent engine install');
  });

  it('refuses to install an engine from a wheel that is not there, and leaves nothing behind', async () => {
    const { code, stderr } = await tangent('engine', 'install', '--from', join(folder, 'missing.whl'));
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/missing\.whl does not exist|compiler is needed|exists for Linux/);
    expect((await tangent('engine', 'list')).stdout).toContain('no native engine');
  });

  it('imports a folder of images, naming a file that it leaves out', async () => {
    const broken = join(images, 'signs', 'train', 'stop', 'broken.png');
    writeFileSync(broken, 'not an image');
    const refused = await tangent('import', 'dataset', join(images, 'signs'), '--all-or-nothing');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('train/stop/broken.png');
    const { stderr, code } = await tangent('import', 'dataset', join(images, 'signs'), '--name', 'my signs');
    expect(code).toBe(0);
    expect(stderr).toContain('left out train/stop/broken.png');
    ids.dataset = (
      await outputsOf(
        'import',
        'dataset',
        join(images, 'signs'),
        '--name',
        'my signs',
        '--val-fraction',
        '0.5',
      )
    ).dataset;
  });

  it('imports a model, and refuses one whose shapes do not fit together by the name of a parameter', async () => {
    ids.model = (await outputsOf('import', 'model', modelFile, '--heads', '2')).model;
    const params = new Map(initializeVision(architecture, 1));
    params.set('visual.ln_post.bias', { shape: [3], data: new Float32Array(3) });
    const wrong = join(folder, 'wrong.safetensors');
    writeFileSync(wrong, encodeSafetensors(params, {}));
    const refused = await tangent('import', 'model', wrong, '--heads', '2');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('visual.ln_post.bias');
  });

  it('fine-tunes, reuses what is done, and makes it again bit for bit', async () => {
    ids.head = (await outputsOf('head', 'random', '--dataset', ids.dataset, '--feature-size', '8')).head;
    for (const mode of ['standard', 'linear']) {
      ids[mode] = (await outputsOf(...finetuneArgs('--mode', mode))).taskVector;
    }
    const again = await tangent(...finetuneArgs('--mode', 'linear'));
    expect(again.stdout).toContain('finished already as run');
    const [run] = (await tangent('--json', 'runs', '--kind', 'finetune')).values as unknown as RunSummary[];
    const verified = await tangent('verify', run.id);
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.stdout).toContain(`is equal to run ${run.id}`);
  });

  it('evaluates and adds with nothing but the task vector given', async () => {
    const evaluated = await tangent(
      'evaluate',
      '--task-vector',
      `${ids.linear.slice(0, 10)}=0.5`,
      '--mode',
      'linear',
    );
    expect(evaluated).toMatchObject({ code: 0 });
    expect(evaluated.stdout).toMatch(/my signs test: top-1 \d+\.\d % \(\d+ of 30\)/);
    const added = await tangent('edit', 'add', '--mode', 'linear', '--task-vector', ids.linear);
    expect(added).toMatchObject({ code: 0 });
    expect(added.stdout).toContain('all tasks added, normalised by single task');
  });

  it('shows a run and executes the specification that it shows', async () => {
    const [run] = (await tangent('--json', 'runs', '--kind', 'evaluate')).values as unknown as RunSummary[];
    const shown = await tangent('show', run.id, '--spec');
    const file = join(folder, 'spec.json');
    writeFileSync(file, shown.stdout);
    const executed = await tangent('run', file);
    expect(executed.stdout).toContain(`finished already as run ${run.id}`);
    expect((await tangent('show', run.id)).stdout).toMatch(/input {2}dataset .*my signs/);
  });

  it('lets a second terminal see and cancel what the first one runs, and resume it later', async () => {
    const first = startTangent([
      '--data-dir',
      data,
      '--json',
      ...finetuneArgs('--steps', '100000', '--seed', '9'),
    ]);
    const run = await until(async () => {
      const listed = await tangent('--json', 'runs', '--state', 'running');
      return (listed.values[0] as unknown as RunSummary | undefined) ?? null;
    });
    const cancelled = await tangent('cancel', run.id);
    expect(cancelled).toMatchObject({ code: 0 });
    expect((await first.ended).code).toBe(5);
    const shown = (await tangent('--json', 'show', run.id)).values[0] as unknown as RunDetail;
    expect(shown.state).toBe('cancelled');
    const resumed = startTangent(['--data-dir', data, '--json', 'resume', run.id]);
    await until(async () =>
      (await tangent('--json', 'runs', '--state', 'running')).values.length > 0 ? true : null,
    );
    resumed.process.kill('SIGINT');
    expect((await resumed.ended).code).toBe(130);
    const state = (await tangent('--json', 'show', run.id)).values[0] as unknown as RunDetail;
    expect(state).toMatchObject({ state: 'interrupted', attempt: 2 });
  });

  it('stays until the runs that another command has given it are done, and lets it read their results', async () => {
    const first = startTangent(['--data-dir', data, ...finetuneArgs('--steps', '300', '--seed', '21')]);
    await until(async () =>
      (await tangent('--json', 'runs', '--state', 'running')).values.length > 0 ? true : null,
    );
    const second = await tangent(...finetuneArgs('--steps', '500', '--seed', '22'));
    expect(second).toMatchObject({ code: 0 });
    expect(second.stdout).toContain('finished in');
    expect((await first.ended).code).toBe(0);
  });

  it.runIf(existsSync('/usr/bin/script'))(
    'ends at Ctrl-C on a terminal, and leaves the terminal as it was',
    async () => {
      const args = ['--data-dir', data, ...finetuneArgs('--steps', '100000', '--seed', '31')];
      const words = [process.execPath, tangentCommand, ...args].map((word) => `'${word}'`);
      const line = `stty cols 110 rows 30; exec ${words.join(' ')}`;
      const terminal = spawn('/usr/bin/script', ['-qec', line, '/dev/null'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let screen = '';
      terminal.stdout.on('data', (chunk: Buffer) => {
        const before = screen.includes('steps/s');
        screen += chunk.toString();
        if (!before && screen.includes('steps/s')) terminal.stdin.write('\u0003');
      });
      const [code] = (await once(terminal, 'exit')) as [number];
      expect(code).toBe(130);
      expect(screen).toContain('Stopped.');
      // Cursor and line wrap were switched off for the bar, if at all, and are on again.
      expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.lastIndexOf('\u001b[?25l'));
      expect(screen.lastIndexOf('\u001b[?7h')).toBeGreaterThanOrEqual(screen.lastIndexOf('\u001b[?7l'));
    },
  );

  it('gives a second terminal another link to a page that is served', async () => {
    let isServing: (line: string) => void = () => undefined;
    const served = new Promise<string>((resolve) => (isServing = resolve));
    const serving = startTangent(['--data-dir', data, '--json', 'serve'], (line) => isServing(line));
    await served;
    const second = await tangent('--json', 'serve');
    expect(second.code).toBe(0);
    const { url } = second.values[0] as { url: string };
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
    serving.process.kill('SIGINT');
    const first = await serving.ended;
    expect(first.code).toBe(0);
    expect(new URL(url).origin).toBe(new URL((first.values[0] as { url: string }).url).origin);
  });

  it('says in plain words that a data directory cannot be used', async () => {
    const { code, stderr } = await runTangent('--data-dir', modelFile, 'runs');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: Cannot use .*\n.*--data-dir/);
  });

  it('leaves the rights of a folder that is there as they are', async () => {
    const shared = join(folder, 'shared');
    mkdirSync(shared, { mode: 0o755 });
    expect((await runTangent('--data-dir', shared, 'runs')).code).toBe(0);
    expect(statSync(shared).mode & 0o777).toBe(0o755);
  });

  it('takes no offence at a reader that has seen enough', async () => {
    const line = `'${process.execPath}' '${tangentCommand}' --data-dir '${data}' --json runs --limit 100 | head -c 10`;
    const shell = spawn('bash', ['-c', `set -o pipefail; ${line}`], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    shell.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await once(shell, 'exit');
    expect(stderr).toBe('');
  });

  it.each([
    ['an unknown command', ['frobnicate'], /unknown command/],
    ['an unknown option', ['runs', '--colour'], /unknown option/],
    ['a missing file', ['import', 'dataset', '/no/such/folder'], /Cannot read \/no\/such\/folder/],
    ['an unknown run', ['show', 'zzzz'], /There is no run zzzz.*tangent runs/s],
    ['an unknown artifact', ['evaluate', '--task-vector', 'ffffffff'], /There is no artifact ffffffff/],
    ['a coefficient that is none', ['evaluate', '--task-vector', 'ffffffff=x'], /no valid coefficient/],
    ['an id that is too short', ['evaluate', '--task-vector', 'ff'], /at least 4 characters/],
    ['a number out of range', ['head', 'random', '--dataset', 'x', '--feature-size', '-1'], /at least 1/],
    ['an unknown preset', ['study', 'run', 'quickstart', '--preset', 'none'], /has no preset "none"/],
    ['an unknown study', ['study', 'run', 'nothing'], /no study template "nothing".*tangent study list/s],
  ])('ends with code 2 and a plain sentence for %s', async (_, args, message) => {
    const { code, stderr } = await tangent(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });

  it('ends with code 2 for a specification that is not valid, naming the field', async () => {
    const file = join(folder, 'bad.json');
    writeFileSync(
      file,
      JSON.stringify({ kind: 'class-head', specVersion: 1, params: {}, inputs: {}, seed: -1 }),
    );
    const { code, stderr } = await tangent('run', file);
    expect(code).toBe(2);
    expect(stderr).toMatch(/params\.featureSize/);
    writeFileSync(file, '{');
    expect((await tangent('run', file)).stderr).toMatch(/is not JSON/);
  });

  it('explains every command with --help', async () => {
    const { stdout, code } = await tangent('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Exit codes:');
    for (const command of [
      'import',
      'inspect',
      'datasets',
      'head',
      'export',
      'finetune',
      'evaluate',
      'edit',
      'study',
      'verify',
      'serve',
      'doctor',
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command}`, 'm'));
      expect((await tangent(command, '--help')).code).toBe(0);
    }
  });
});

function lastRun(result: CommandResult): RunDetail {
  const value = result.values.findLast((line) => 'outputs' in line);
  return value as unknown as RunDetail;
}

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
  }
}
