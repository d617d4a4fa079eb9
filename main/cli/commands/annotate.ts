import type { Command } from 'commander';
import { withSession } from '../command-context';
import { exitCodes } from '../exit-codes';
import { repeatable } from '../options';

interface AnnotateOptions {
  readonly tag: readonly string[];
  readonly untag: readonly string[];
  readonly note?: string;
}

/** Adds `tangent annotate`. */
export function addAnnotateCommand(program: Command): void {
  program
    .command('annotate')
    .description('put tags and a note on runs, by which "tangent runs --search" finds them')
    .argument('<run...>')
    .option('--tag <word>', 'put this tag on them; can be repeated', repeatable, [])
    .option('--untag <word>', 'take this tag off them; can be repeated', repeatable, [])
    .option('--note <text>', 'replace their note; an empty one removes it')
    .action(async (runIds: string[], options: AnnotateOptions, command: Command) => {
      await withSession(command, 'brief', async ({ session, output }) => {
        const runs = await session.client.mutate('runs.annotate', {
          runIds,
          addTags: [...options.tag],
          removeTags: [...options.untag],
          ...(options.note === undefined ? {} : { note: options.note }),
        });
        for (const run of runs) {
          output.value(run);
          output.line([run.id, ...run.tags.map((tag) => `#${tag}`), run.note].filter(Boolean).join('  '));
        }
        return exitCodes.ok;
      });
    });
}
