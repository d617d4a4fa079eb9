import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCatalog, type Catalog } from '#catalog/open-catalog';
import type { StudyRecord } from '#contract/records';
import { writeSmallStudy } from '#test/support/small-study';
import { childrenOf, runTangent, startTangent, type CommandResult } from '#test/support/tangent-command';
import { sharedTempFolder, tempFolder } from '#test/support/temp-folder';

/** What a finished study made: the outputs of each step by role, every metric, and the printed table. */
interface Outcome {
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly metrics: Readonly<Record<string, readonly unknown[]>>;
  readonly table: string;
}

type Moment = (data: string, finishedSteps: number) => boolean;

/** When so many of the 18 steps have finished. */
const afterSteps =
  (n: number): Moment =>
  (_, finishedSteps) =>
    finishedSteps >= n;

/** While the n-th of the runs that have written a checkpoint is training. */
const inTraining =
  (n: number): Moment =>
  (data) =>
    countCheckpointFolders(data) >= n;

describe.runIf(process.platform === 'linux')(
  'a study that is killed and started again',
  { timeout: 120_000 },
  () => {
    const reference = sharedTempFolder();
    let expected: Outcome;

    beforeAll(async () => {
      expect(await runStudy(reference)).toMatchObject({ code: 0 });
      expected = await outcomeOf(reference);
    });

    it('has made every kind of output, so that equality means something', () => {
      expect(Object.keys(expected.outputs)).toHaveLength(18);
      expect(expected.outputs.pretrain).toHaveProperty('textEncoder');
      expect(expected.outputs['finetune-linear-digits']).toHaveProperty('taskVector');
      expect(expected.outputs['negate-standard']).toHaveProperty('negation');
      expect(expected.metrics['finetune-linear-digits']).toHaveLength(4 * 24);
      expect(expected.table).toContain('normalised by single task');
    });

    it('reuses everything when it is run again', async () => {
      const again = await runStudy(reference);
      const study = again.values.at(-4) as { steps?: { reused: boolean }[] };
      expect(study.steps?.every((step) => step.reused)).toBe(true);
      expect(await outcomeOf(reference)).toEqual(expected);
    });

    it('ends in the identical table and bit-equal files, whatever is killed whenever', async () => {
      const data = tempFolder();
      const killHost = async (when: Moment) => {
        expect(await runStudy(data, { victim: 'host', when })).toMatchObject({ signal: 'SIGKILL' });
      };
      // Before anything is done, in training the workers under it, between trainings, and while it edits.
      await killHost(afterSteps(0));
      const stopped = await runStudy(data, { victim: 'workers', when: inTraining(3) });
      expect(stopped.code).toBe(4);
      const states = withCatalog(data, ({ runs }) => runs.list({ states: ['interrupted'], limit: 10 }));
      expect(states.map((run) => run.error?.data.signal)).toContain('SIGKILL');
      await killHost(afterSteps(11));
      await killHost(afterSteps(15));
      expect(await runStudy(data)).toMatchObject({ code: 0 });
      expect(withCatalog(data, continuations)).toBeGreaterThan(0);
      expect(await outcomeOf(data)).toEqual(expected);
    });
  },
);

/** Runs the small study; kills a victim when its moment has come. */
async function runStudy(
  data: string,
  kill?: { victim: 'host' | 'workers'; when: Moment },
): Promise<CommandResult> {
  let finishedSteps = 0;
  const args = ['--data-dir', data, '--json', 'study', 'run', writeSmallStudy(data)];
  const command = startTangent(args, (line) => {
    const { steps } = JSON.parse(line) as Partial<StudyRecord>;
    if (steps !== undefined) finishedSteps = steps.filter(({ state }) => state === 'finished').length;
  });
  const poll = setInterval(() => {
    if (!kill?.when(data, finishedSteps)) return;
    clearInterval(poll);
    const host = command.process.pid!;
    for (const pid of kill.victim === 'host' ? [host] : childrenOf(host)) process.kill(pid, 'SIGKILL');
  }, 2);
  const result = await command.ended;
  clearInterval(poll);
  return result;
}

function countCheckpointFolders(data: string): number {
  const seen = (seenCheckpoints[data] ??= new Set());
  for (const run of namesIn(join(data, 'runs'))) {
    const names = namesIn(join(data, 'runs', run, 'checkpoints'));
    if (names.some((name) => name.endsWith('.checkpoint'))) seen.add(run);
  }
  return seen.size;
}

/** Names in a folder that may not be there yet, or no more. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Runs seen with a checkpoint, by data directory; a finished run removes its own. */
const seenCheckpoints: Record<string, Set<string>> = {};

function withCatalog<T>(data: string, read: (catalog: Catalog) => T): T {
  const catalog = openCatalog(join(data, 'catalog.sqlite'));
  try {
    return read(catalog);
  } finally {
    catalog.close();
  }
}

/** How many attempts began at a checkpoint. */
function continuations({ runs, events }: Catalog): number {
  return runs
    .list({ limit: 100 })
    .flatMap((run) => events.list(run.id, 0))
    .filter(({ body }) => body.type === 'log' && body.message.startsWith('continues after step')).length;
}

async function outcomeOf(data: string): Promise<Outcome> {
  const { stdout } = await runTangent('--data-dir', data, 'study', 'status');
  return withCatalog(data, ({ studies, artifacts, events }) => {
    const steps = [...studies.steps(studies.list()[0].id)];
    return {
      outputs: Object.fromEntries(
        steps.map(([step, { runId }]) => [
          step,
          Object.fromEntries(artifacts.ofRun(runId, 'output').map(({ role, id }) => [role, id])),
        ]),
      ),
      metrics: Object.fromEntries(steps.map(([step, { runId }]) => [step, events.metrics(runId)])),
      table: stdout.slice(stdout.indexOf('Top-1')),
    };
  });
}
