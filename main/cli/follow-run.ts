import { SingleBar } from 'cli-progress';
import { AppError, type PlainError } from '#contract/errors';
import type { RunEvent } from '#contract/events';
import { isSettled, type RunDetail, type RunSummary } from '#contract/records';
import type { CommandContext } from './command-context';
import { exitCodeOf, exitCodes } from './exit-codes';
import { formatBytes, formatDuration, formatRate } from './format';
import type { Output } from './output';
import { follow } from './subscribe';

/**
 * Follows a run to its end: a progress bar with rate and time left on a terminal, one line per
 * phase elsewhere, every event as JSON with `--json`.
 *
 * @returns the exit code of the command
 */
export async function followRun(
  { session: { client }, output, signal }: CommandContext,
  run: RunSummary,
): Promise<number> {
  output.value({ run: run.id, state: run.state, title: run.title });
  if (isSettled(run.state)) {
    output.line(`${run.title}: ${run.state} already as run ${run.id} (--again computes it anew)`);
  } else {
    output.line(`${run.title} (run ${run.id})`);
    const bar = createBar(output);
    const show = (event: RunEvent) => {
      output.value(event);
      bar.show(event);
    };
    const since = { runId: run.id, after: run.lastSequence };
    await follow(client, 'runs.events', since, show, signal).finally(() => bar.stop());
  }
  return reportEnd(await client.query('runs.get', { runId: run.id }), output);
}

function reportEnd(run: RunDetail, output: Output): number {
  output.value({ run: run.id, state: run.state, outputs: run.outputs, error: run.error });
  for (const artifact of run.outputs) {
    output.line(
      `  ${artifact.role.padEnd(14)} ${artifact.id.slice(0, 12)}  ${formatBytes(artifact.sizeBytes).padStart(10)}  ${artifact.label}`,
    );
  }
  switch (run.state) {
    case 'finished':
      output.line(`finished in ${formatDuration(run.elapsedMs)}`);
      return exitCodes.ok;
    case 'cancelled':
      output.note(`cancelled; "tangent resume ${run.id}" continues it`);
      return exitCodes.cancelled;
    case 'failed':
      output.note(`failed: ${describeError(run.error)}`);
      return run.error === null ? exitCodes.bug : exitCodeOf(run.error.kind);
    default:
      output.note(`${run.state}: ${describeError(run.error)}\n"tangent resume ${run.id}" continues it`);
      return exitCodes.stopped;
  }
}

/** Says what went wrong and what to do about it. */
export function describeError(error: PlainError | null): string {
  return error === null ? 'no reason is known' : `${error.message}\n${error.advice}`;
}

interface EventBar {
  show(event: RunEvent): void;
  stop(): void;
}

function createBar(output: Output): EventBar {
  if (output.json) return { show: () => undefined, stop: () => undefined };
  if (!process.stderr.isTTY) return createPhaseLines(output);
  const makeBar = () =>
    new SingleBar({
      format: '  {bar} {percentage}%  {phase}  {value}/{total} {unit}  {rate}  {left}',
      barsize: 24,
      stream: process.stderr,
      hideCursor: true,
      linewrap: true,
      clearOnComplete: true,
      gracefulExit: false,
    });
  let bar: SingleBar | null = null;
  let phase = '';
  const stop = () => {
    bar?.stop();
    bar = null;
  };
  return {
    show: ({ body }) => {
      if (body.type === 'log') {
        // A line of its own: the bar is taken away first and drawn again by the next progress.
        stop();
        output.note(`  ${body.level}: ${body.message}`);
      }
      if (body.type !== 'progress') return;
      if (phase !== body.phase) stop();
      phase = body.phase;
      const payload = {
        phase,
        unit: body.unit,
        rate: formatRate(body.rate, body.unit),
        left: body.etaMs === null ? '' : `${formatDuration(body.etaMs)} left`,
      };
      if (bar === null) {
        bar = makeBar();
        bar.start(body.total, body.done, payload);
      } else bar.update(body.done, payload);
    },
    stop,
  };
}

function createPhaseLines(output: Output): EventBar {
  let phase = '';
  return {
    show: ({ body }) => {
      if (body.type === 'log') output.note(`  ${body.level}: ${body.message}`);
      if (body.type !== 'progress' || body.phase === phase) return;
      phase = body.phase;
      output.note(`  ${phase} (${body.total} ${body.unit})`);
    },
    stop: () => undefined,
  };
}

/** Fails unless a run finished. */
export function assertFinished(run: RunSummary): void {
  if (run.state === 'finished') return;
  throw new AppError('wrong_state', `Run ${run.id} is ${run.state}; only a finished run can be used here.`, {
    runId: run.id,
  });
}
