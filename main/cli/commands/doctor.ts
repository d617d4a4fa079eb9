import type { Command } from 'commander';
import { withSession } from '../command-context';
import { exitCodes } from '../exit-codes';

/** Adds `tangent doctor`. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('look for everything the program needs and say what was found')
    .action(async (_: unknown, command: Command) => {
      await withSession(command, 'brief', async ({ session, output }) => {
        const findings = await session.client.query('host.doctor', undefined);
        for (const { subject, status, detail, advice } of findings) {
          output.value({ subject, status, detail, advice });
          output.line(`${status.padEnd(8)} ${subject.padEnd(15)} ${detail}`);
          if (advice !== null) output.line(`${' '.repeat(25)}${advice}`);
        }
        const isComplete = findings.every((finding) => finding.status !== 'missing');
        return isComplete ? exitCodes.ok : exitCodes.environment;
      });
    });
}
