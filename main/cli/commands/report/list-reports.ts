import type { Command } from 'commander';
import { withSession } from '#cli/command-context';
import { exitCodes } from '#cli/exit-codes';
import { formatAge } from '#cli/format';
import { formatTable } from '#cli/output';

/** Adds `tangent report list`. */
export function addListCommand(group: Command): void {
  group
    .command('list')
    .description('list the reports that were arranged and saved in the window')
    .action(async (_: unknown, command: Command) => {
      await withSession(command, 'brief', async ({ session: { client }, output }) => {
        const reports = await client.query('reports.list', undefined);
        for (const report of reports) output.value(report);
        const rows = reports.map(({ id, updatedAt, document: { title, items } }) => [
          `${id}  ${title}`,
          `${items.length} pieces`,
          formatAge(updatedAt),
        ]);
        output.line(rows.length === 0 ? 'no saved reports' : formatTable(rows));
        return exitCodes.ok;
      });
    });
}
