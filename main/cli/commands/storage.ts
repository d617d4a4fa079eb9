import { SingleBar } from 'cli-progress';
import { Option, type Command } from 'commander';
import { fromPlainError } from '#contract/errors';
import {
  leftoverGroupSchema,
  type CleaningPlan,
  type DamagedArtifact,
  type LeftoverGroup,
  type StorageReport,
  type Verification,
  type VerificationState,
} from '#contract/storage';
import { leftoverNames, partNames } from '#contract/storage-names';
import { withSession, type CommandContext } from '../command-context';
import { exitCodes } from '../exit-codes';
import { formatBytes } from '../format';
import { formatTable, type Output } from '../output';
import { follow } from '../subscribe';

/** Adds `tangent storage`, `tangent storage verify` and `tangent storage clean`. */
export function addStorageCommands(program: Command): void {
  const storage = program
    .command('storage')
    .description('say how large the data directory is, and what takes the space')
    .action(async (_: unknown, command: Command) => {
      await withSession(command, 'brief', async ({ session, output }) => {
        tellSizes(await session.client.query('storage.measure', undefined), output);
        return exitCodes.ok;
      });
    });

  storage
    .command('verify')
    .description('compare every artifact of the catalog with its SHA-256')
    .action(async (_: unknown, command: Command) => {
      await withSession(command, 'brief', async (context) => tellEnd(await verify(context), context.output));
    });

  storage
    .command('clean')
    .description('show what can be removed without losing a result, and remove it with --yes')
    .option('--yes', 'remove it')
    .addOption(new Option('--only <groups...>', 'parts of it').choices(leftoverGroupSchema.options))
    .action(async (options: { yes?: boolean; only?: LeftoverGroup[] }, command: Command) => {
      await withSession(command, 'brief', (context) => clean(options, context));
    });
}

function tellSizes(report: StorageReport, output: Output): void {
  output.value(report);
  const row = (name: string, { count, bytes }: { count: number; bytes: number }) => [
    `  ${name}`,
    `${count} file${count === 1 ? '' : 's'}`,
    formatBytes(bytes),
  ];
  const { root, totalBytes, freeBytes, diskBytes, artifacts, parts } = report;
  output.line(
    `${root}: ${formatBytes(totalBytes)}; ${formatBytes(freeBytes)} of ${formatBytes(diskBytes)} are free`,
  );
  output.line(
    formatTable([
      ...artifacts.map((size) => row(size.kind ?? 'artifacts unknown to the catalog', size)),
      ...parts.map((size) => row(partNames[size.part], size)),
    ]),
  );
}

async function verify({ session: { client }, output, signal }: CommandContext): Promise<VerificationState> {
  await client.mutate('storage.verify', undefined);
  const bar = createVerificationBar(output);
  let last: VerificationState = { state: 'idle' };
  const onState = (state: VerificationState) => {
    last = state;
    if (state.state === 'running' && state.progress !== null) bar.show(state.progress);
  };
  try {
    await follow(client, 'storage.verification', undefined, onState, signal);
  } finally {
    bar.stop();
    await client.mutate('storage.stopVerify', undefined);
  }
  return last;
}

function tellEnd(end: VerificationState, output: Output): number {
  if (end.state === 'finished') return tellVerification(end.result, output);
  if (end.state === 'failed') throw fromPlainError(end.error);
  output.note('stopped before the end, by another command or window');
  return exitCodes.cancelled;
}

function tellVerification(verification: Verification, output: Output): number {
  const { count, bytes, damaged, unlisted } = verification;
  output.value(verification);
  if (damaged.length === 0) {
    output.line(`every artifact is as it was made: ${count}, ${formatBytes(bytes)}`);
    return exitCodes.ok;
  }
  output.line(`${damaged.length + unlisted} of ${count} artifacts are not as they were made:`);
  for (const artifact of damaged) output.line(`  ${describeDamage(artifact)}`);
  if (unlisted > 0) output.line(`  and ${unlisted} more`);
  output.line(
    'Execute the runs that made them again, from the top, with "tangent verify <run>": with the same engine the bytes are the same and take their place.',
  );
  return exitCodes.differs;
}

function describeDamage({ id, kind, label, problem, madeBy }: DamagedArtifact): string {
  const maker =
    madeBy === null ? 'made by no run of the catalog' : `made by run ${madeBy.runId} (${madeBy.title})`;
  return `${problem.padEnd(10)} ${id.slice(0, 12)}  ${kind}: ${label}, ${maker}`;
}

async function clean(
  { yes = false, only }: { yes?: boolean; only?: LeftoverGroup[] },
  { session: { client }, output }: CommandContext,
): Promise<number> {
  const plan = await client.query('storage.planCleaning', undefined);
  const chosen = plan.groups.filter(({ group }) => only?.includes(group) ?? true);
  tellPlan(chosen, output);
  const groups = chosen.filter(({ count }) => count > 0).map(({ group }) => group);
  if (groups.length === 0) {
    output.line('nothing can be removed');
    return exitCodes.ok;
  }
  if (!yes) {
    output.line('Nothing was removed: the same command with --yes removes it.');
    return exitCodes.ok;
  }
  const result = await client.mutate('storage.clean', { plan: plan.id, groups });
  output.value(result);
  const { removed, kept, failures } = result;
  output.line(`removed ${formatBytes(removed.bytes)}`);
  if (kept > 0) output.line(`${kept} were left, because they have come into use`);
  for (const { path, reason } of failures) output.line(`could not be removed: ${path} (${reason})`);
  return failures.length === 0 ? exitCodes.ok : exitCodes.environment;
}

function tellPlan(groups: CleaningPlan['groups'], output: Output): void {
  for (const group of groups) output.value(group);
  const there = groups.filter(({ count }) => count > 0);
  if (there.length > 0) {
    output.line(
      formatTable(
        there.map(({ group, count, bytes }) => [
          `  ${leftoverNames[group].name} (${group})`,
          String(count),
          formatBytes(bytes),
        ]),
      ),
    );
  }
  for (const { group, blocked } of groups) {
    if (blocked !== null) output.line(`  ${leftoverNames[group].name} (${group}): ${blocked}`);
  }
}

type Progress = NonNullable<Extract<VerificationState, { state: 'running' }>['progress']>;

function createVerificationBar(output: Output): { show: (progress: Progress) => void; stop: () => void } {
  if (output.json || !process.stderr.isTTY) return { show: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    format: '  {bar} {percentage}%  {amount}  {count} artifacts',
    barsize: 24,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  bar.start(1, 0, { amount: '', count: 0 });
  return {
    show: ({ done, total }) => {
      bar.setTotal(Math.max(1, total.bytes));
      bar.update(done.bytes, {
        amount: `${formatBytes(done.bytes)} of ${formatBytes(total.bytes)}`,
        count: done.count,
      });
    },
    stop: () => bar.stop(),
  };
}
