import type { Command } from 'commander';
import type { BenchmarkCheck } from '#contract/study-template';
import type { StudyRecord } from '#contract/records';
import { withSession, type CommandContext } from '#cli/command-context';
import { exitCodes } from '#cli/exit-codes';
import { formatDuration } from '#cli/format';
import { formatTable, type Output } from '#cli/output';
import { readRequest, withChoices, type ChoiceOptions } from './choices';
import { followStudy, reportStop } from './follow-study';
import { findStudy } from './look-at-studies';
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
      const { client } = context.session;
      const request = await readRequest(client, template, options);
      return followToEnd(context, await client.mutate('studies.run', request));
    });
  });
}

/** Adds `tangent study continue`. */
export function addContinueCommand(group: Command): void {
  group
    .command('continue')
    .description('go on with a study that stopped, with the model and datasets that it was started with')
    .argument('[study]', 'its id or template (default: the newest)')
    .action(async (name: string | undefined, _: unknown, command: Command) => {
      await withSession(command, 'execute', async (context) => {
        const { client } = context.session;
        const { id: studyId } = await findStudy(client, name);
        return followToEnd(context, await client.mutate('studies.continue', { studyId }));
      });
    });
}

async function followToEnd(context: CommandContext, started: StudyRecord): Promise<number> {
  const {
    session: { client },
    output,
  } = context;
  const study = await followStudy(context, started);
  if (study.state === 'finished') {
    await printStudyResults(client, study, output);
    output.line();
    output.line('Open the workbench with "npm start" to see every run, its curves and its files.');
    return exitCodes.ok;
  }
  await reportStop(client, study, output);
  return exitCodes.stopped;
}

/** Adds `tangent study stop`. */
export function addStopCommand(group: Command): void {
  group
    .command('stop')
    .description('cancel the runs of a study that are under way, also from a second terminal')
    .argument('[study]', 'its id or template (default: the newest)')
    .action(async (name: string | undefined, _: unknown, command: Command) => {
      await withSession(command, 'brief', async ({ session: { client }, output }) => {
        const { id: studyId } = await findStudy(client, name);
        const study = await client.mutate('studies.stop', { studyId });
        output.value(study);
        output.line(
          study.state === 'running'
            ? `${study.title} stops. "tangent study continue ${study.id}" goes on with it.`
            : `${study.title} is ${study.state} already.`,
        );
        return exitCodes.ok;
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

function printCheck({ needs, isReady, plan }: BenchmarkCheck, output: Output): void {
  if (needs.length > 0) {
    output.line(formatTable(needs.map(({ subject, state, detail }) => [`  ${subject}`, state, detail])));
  }
  for (const { subject, advice } of needs) if (advice !== null) output.line(`${subject}: ${advice}`);
  const reused = plan.steps.filter((step) => step.reused).length;
  output.line(`${plan.steps.length} runs, of which ${reused} have finished already and are used again.`);
  if (plan.estimate !== null) {
    const { milliseconds, stepCount } = plan.estimate;
    output.line(
      `By earlier runs of their kinds, ${stepCount} of the others take ${formatDuration(milliseconds)} one after the other.`,
    );
  }
  output.line(isReady ? 'Everything is there.' : 'The study cannot start yet.');
}
