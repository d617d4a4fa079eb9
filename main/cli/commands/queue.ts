import { Option, type Command } from 'commander';
import type { RunSummary } from '#contract/records';
import { withSession } from '../command-context';
import { exitCodes } from '../exit-codes';
import type { Output } from '../output';

interface MoveOptions {
  readonly first?: boolean;
  readonly last?: boolean;
  readonly before?: string;
}

/** Adds `tangent queue` and `tangent queue move`. */
export function addQueueCommands(program: Command): void {
  const queue = program
    .command('queue')
    .description('list queued runs in the order in which they will be started')
    .action(async (_: unknown, command: Command) => {
      await withSession(command, 'brief', async ({ session, output }) => {
        printQueue(await session.client.query('runs.queue', undefined), output);
        return exitCodes.ok;
      });
    });
  queue
    .command('move')
    .description('move a queued run')
    .argument('<run>')
    .addOption(new Option('--first', 'to the front').conflicts(['last', 'before']))
    .addOption(new Option('--last', 'to the end; what is done without an option').conflicts('before'))
    .option('--before <run>', 'before another queued run')
    .action(async (runId: string, options: MoveOptions, command: Command) => {
      await withSession(command, 'brief', async ({ session, output }) => {
        const first = async () => (await session.client.query('runs.queue', undefined)).at(0)?.id ?? null;
        const before = options.first === true ? await first() : (options.before ?? null);
        printQueue(await session.client.mutate('runs.move', { runId, before }), output);
        return exitCodes.ok;
      });
    });
}

function printQueue(runs: readonly RunSummary[], output: Output): void {
  runs.forEach((run) => output.value(run));
  const lines = runs.map(({ id, title }, place) => `${String(place + 1).padStart(3)}  ${id}  ${title}`);
  output.line(lines.length === 0 ? 'nothing is queued' : lines.join('\n'));
}
