import { Option, type Command } from 'commander';
import { runStateSchema, type RunDetail, type RunState, type RunSummary } from '#contract/records';
import { parseRunSpec, runKindSchema, type RunKind } from '#contract/specs/index';
import { withSession } from '../command-context';
import { exitCodes } from '../exit-codes';
import { describeError, followRun } from '../follow-run';
import { formatAge, formatBytes, formatDuration } from '../format';
import { integerOption } from '../options';
import { formatTable, type Output } from '../output';
import { printJson } from '../print-json';
import { readJsonFile } from '../read-json-file';
import { submitAndFollow } from '../submit';

interface ListOptions {
  readonly state?: RunState;
  readonly kind?: RunKind;
  readonly search: string;
  readonly limit: number;
}

/** Adds `tangent run`, `runs`, `show`, `cancel` and `resume`. */
export function addRunCommands(program: Command): void {
  program
    .command('run')
    .description('execute a run specification from a JSON file ("tangent show <run> --spec" writes one)')
    .argument('<spec.json>')
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (file: string, options: { again: boolean }, command: Command) => {
      const spec = parseRunSpec(await readJsonFile(file));
      await withSession(command, 'execute', (context) => submitAndFollow(context, spec, options.again));
    });

  program
    .command('runs')
    .description('list runs, newest first')
    .addOption(new Option('--state <state>', 'only runs in this state').choices(runStateSchema.options))
    .addOption(new Option('--kind <kind>', 'only runs of this kind').choices(runKindSchema.options))
    .option(
      '--search <text>',
      'words in title, kind, id, state, #tags and note; OR between groups, -word to avoid one',
      '',
    )
    .option('--limit <n>', 'at most so many', integerOption(1), 30)
    .action(async (options: ListOptions, command: Command) => {
      await withSession(command, 'brief', async ({ session, output }) => {
        const runs = await session.client.query('runs.list', {
          ...(options.state === undefined ? {} : { states: [options.state] }),
          ...(options.kind === undefined ? {} : { kinds: [options.kind] }),
          text: options.search,
          limit: options.limit,
        });
        runs.forEach((run) => output.value(run));
        const isFiltered = options.state !== undefined || options.kind !== undefined || options.search !== '';
        const none = isFiltered ? 'no such runs' : 'no runs yet; "tangent study run quickstart" makes some';
        output.line(runs.length === 0 ? none : listRuns(runs));
        return exitCodes.ok;
      });
    });

  program
    .command('show')
    .description('show one run: its state, specification, inputs, outputs and engine')
    .argument('<run>')
    .option('--spec', 'only the specification, as JSON', false)
    .option('--to <file>', 'write that to a new file instead')
    .action(async (runId: string, options: { spec: boolean; to?: string }, command: Command) => {
      await withSession(command, 'brief', async ({ session, output }) => {
        const run = await session.client.query('runs.get', { runId });
        if (options.spec || options.to !== undefined) {
          await printJson(run.spec ?? run.storedSpec, options.to, output);
          return exitCodes.ok;
        }
        output.value(run);
        output.line(describeRun(run));
        return exitCodes.ok;
      });
    });

  program
    .command('cancel')
    .description('stop a queued or running run; it can be resumed')
    .argument('<run>')
    .action(async (runId: string, _: unknown, command: Command) => {
      await withSession(command, 'brief', async ({ session, output }) => {
        const run = await session.client.mutate('runs.cancel', { runId });
        output.value(run);
        output.line(
          run.state === 'cancelled' ? `run ${run.id} is cancelled` : `run ${run.id} is being stopped`,
        );
        return exitCodes.ok;
      });
    });

  program
    .command('resume')
    .description('continue a stopped run from its last checkpoint')
    .argument('<run>')
    .action(async (runId: string, _: unknown, command: Command) => {
      await withSession(command, 'execute', async (context) =>
        followRun(context, await context.session.client.mutate('runs.resume', { runId })),
      );
    });
}

function listRuns(runs: readonly RunSummary[]): string {
  const rows = runs.map((run) => [
    run.id,
    run.state,
    [run.title, ...run.tags.map((tag) => `#${tag}`)].join(' '),
    run.progress === null || run.state !== 'running'
      ? ''
      : `${Math.floor((100 * run.progress.done) / run.progress.total)} %`,
    run.startedAt === null ? '' : formatDuration(executingMs(run)),
    formatAge(run.createdAt),
  ]);
  // Everything but the last two columns reads better to the left.
  const widths = [0, 1, 2, 3].map((c) => Math.max(...rows.map((row) => row[c].length)));
  return formatTable(
    rows.map((row) => [
      row
        .slice(0, 4)
        .map((cell, c) => cell.padEnd(widths[c]))
        .join('  '),
      ...row.slice(4),
    ]),
  );
}

/** Time a run has spent executing, with the attempt that is under way. */
function executingMs(run: RunSummary): number {
  return run.elapsedMs + (run.state === 'running' && run.startedAt !== null ? Date.now() - run.startedAt : 0);
}

function describeProgress({ state, progress }: RunSummary): string {
  if (state !== 'running' || progress === null) return '';
  const left = progress.etaMs === null ? '' : `, ${formatDuration(progress.etaMs)} left`;
  return `, ${progress.phase} ${progress.done} of ${progress.total} ${progress.unit}${left}`;
}

function describeMemory({ progress }: RunSummary): string {
  const peak = progress?.peakBytes ?? null;
  return peak === null ? '' : `, at most ${formatBytes(peak)} of memory`;
}

function describeRun(run: RunDetail): string {
  const lines = [
    run.title,
    `  run      ${run.id}, ${run.state}, attempt ${run.attempt}, submitted ${formatAge(run.createdAt)}`,
    `  time     ${formatDuration(executingMs(run))}${describeProgress(run)}${describeMemory(run)}`,
    `  spec     ${run.specHash}`,
    ...(run.tags.length === 0 ? [] : [`  tags     ${run.tags.join(', ')}`]),
    ...(run.note === '' ? [] : [`  note     ${run.note.replaceAll('\n', '\n           ')}`]),
  ];
  if (run.environment !== null) {
    const { engine, node, platform, appVersion, appCommit } = run.environment;
    lines.push(
      `  engine   ${engine.name} ${engine.version}, ${engine.threads} thread, Node ${node} on ${platform}`,
      `  program  ${appVersion}, commit ${appCommit ?? 'unknown'}`,
    );
  }
  const artifactLine = (direction: string) => (artifact: RunDetail['outputs'][number]) =>
    `  ${direction} ${artifact.role.padEnd(20)} ${artifact.id.slice(0, 12)}  ${formatBytes(artifact.sizeBytes).padStart(10)}  ${artifact.label}`;
  lines.push(...run.inputs.map(artifactLine('input ')), ...run.outputs.map(artifactLine('output')));
  if (run.error !== null) lines.push(`  ${describeError(run.error).replaceAll('\n', '\n  ')}`);
  return lines.join('\n');
}

/** Writes the error of a run below its line; used where several runs are listed. */
export function reportProblem(run: RunSummary, output: Output): void {
  if (run.error !== null)
    output.note(`${run.title} (run ${run.id}) ${run.state}: ${describeError(run.error)}`);
}
