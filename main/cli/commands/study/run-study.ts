import type { Command } from 'commander';
import type { BenchmarkCheck } from '#contract/study-template';
import { withSession } from '#cli/command-context';
import { exitCodes } from '#cli/exit-codes';
import { formatTable, type Output } from '#cli/output';
import { readRequest, withChoices, type ChoiceOptions } from './choices';
import { followStudy, reportStop } from './follow-study';
import { printStudyResults } from './print-results';

/** Adds `tangent study run`. */
export function addRunCommand(group: Command): void {
  withChoices(
    group
      .command('run')
      .description(
        'run a study template to its end; what was computed before is reused, what stopped continues',
      ),
  ).action(async (template: string, options: ChoiceOptions, command: Command) => {
    await withSession(command, 'execute', async (context) => {
      const {
        session: { client },
        output,
      } = context;
      const request = await readRequest(client, template, options);
      const study = await followStudy(context, await client.mutate('studies.run', request));
      if (study.state === 'finished') {
        await printStudyResults(client, study, output);
        output.line();
        output.line('Open the workbench with "npm start" to see every run, its curves and its files.');
        return exitCodes.ok;
      }
      await reportStop(client, study, output);
      return exitCodes.stopped;
    });
  });
}

/** Adds `tangent study check`. */
export function addCheckCommand(group: Command): void {
  withChoices(
    group.command('check').description('say what a study needs and whether it is there; starts nothing'),
  ).action(async (template: string, options: ChoiceOptions, command: Command) => {
    await withSession(command, 'brief', async ({ session: { client }, output }) => {
      const check = await client.query('studies.check', await readRequest(client, template, options));
      output.value(check);
      printCheck(check, output);
      return check.isReady ? exitCodes.ok : exitCodes.user;
    });
  });
}

function printCheck({ needs, isReady }: BenchmarkCheck, output: Output): void {
  if (needs.length > 0) {
    output.line(formatTable(needs.map(({ subject, state, detail }) => [`  ${subject}`, state, detail])));
  }
  for (const { subject, advice } of needs) if (advice !== null) output.line(`${subject}: ${advice}`);
  output.line(isReady ? 'Everything is there.' : 'The study cannot start yet.');
}
