import type { Command } from 'commander';
import { AppError } from '#contract/errors';
import type { HostClient } from '#contract/api';
import type { MetricPoint, RunDetail } from '#contract/records';
import { withSession } from '../command-context';
import { exitCodes } from '../exit-codes';
import { assertFinished, followRun } from '../follow-run';

/** Adds `tangent verify`. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description(
      "execute a finished run's specification again and compare every output and metric, bit for bit",
    )
    .argument('<run>')
    .action(async (runId: string, _: unknown, command: Command) => {
      await withSession(command, 'execute', async (context) => {
        const {
          session: { client },
          output,
        } = context;
        const first = await client.query('runs.get', { runId });
        assertFinished(first);
        if (first.spec === null) {
          throw new AppError('retired_spec', `This program cannot execute the run ${first.id} again.`, {
            runId: first.id,
          });
        }
        const again = await client.mutate('runs.submit', { spec: first.spec, reuse: false });
        const code = await followRun(context, again);
        if (code !== exitCodes.ok) return code;
        const second = await client.query('runs.get', { runId: again.id });
        const differences = [
          ...compareOutputs(first, second),
          ...compareMetrics(await metricsOf(client, first), await metricsOf(client, second)),
        ];
        output.value({ verified: first.id, against: second.id, differences });
        if (differences.length === 0) {
          output.line(
            `run ${second.id} is equal to run ${first.id}: ${second.outputs.length} outputs, every metric`,
          );
          return exitCodes.ok;
        }
        output.line(`run ${second.id} differs from run ${first.id}:`);
        differences.forEach((difference) => output.line(`  ${difference}`));
        output.line(`  engines: ${engineOf(first)} and ${engineOf(second)}`);
        return exitCodes.differs;
      });
    });
}

/** Describes outputs that are not the same bytes in both runs. */
export function compareOutputs(
  first: Pick<RunDetail, 'outputs'>,
  second: Pick<RunDetail, 'outputs'>,
): string[] {
  const idOf = (run: Pick<RunDetail, 'outputs'>, role: string) =>
    run.outputs.find((output) => output.role === role)?.id.slice(0, 12) ?? 'missing';
  const roles = new Set([...first.outputs, ...second.outputs].map((output) => output.role));
  return [...roles]
    .filter((role) => idOf(first, role) !== idOf(second, role))
    .map((role) => `output ${role}: ${idOf(first, role)} and ${idOf(second, role)}`);
}

/** Describes the first point of each metric that is not the same number in both runs. */
export function compareMetrics(first: readonly MetricPoint[], second: readonly MetricPoint[]): string[] {
  const key = (point: MetricPoint) => `${point.name} at step ${point.step}`;
  const values = new Map(second.map((point) => [key(point), point.value]));
  const differing = first.filter((point) => values.get(key(point)) !== point.value);
  const firstOfEach = new Map(differing.toReversed().map((point) => [point.name, point]));
  const described = [...firstOfEach.values()].map(
    (point) => `metric ${key(point)}: ${point.value} and ${values.get(key(point)) ?? 'missing'}`,
  );
  if (first.length !== second.length) described.push(`metric points: ${first.length} and ${second.length}`);
  return described;
}

async function metricsOf(client: HostClient, run: RunDetail): Promise<MetricPoint[]> {
  return client.query('runs.metrics', { runId: run.id });
}

function engineOf(run: RunDetail): string {
  const engine = run.environment?.engine;
  return engine === undefined ? 'unknown' : `${engine.name} ${engine.version}`;
}
