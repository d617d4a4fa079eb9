import type { Command } from 'commander';
import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import { isSettled, type RunSummary, type StudyRecord } from '#contract/records';
import { describeIssues } from '#contract/specs/index';
import { studyTemplateSchema, type StudyTemplate } from '#contract/study-template';
import { printAdditionTable } from '../addition-table';
import { withSession, type CommandContext } from '../command-context';
import { exitCodes } from '../exit-codes';
import { describeError } from '../follow-run';
import { formatAge } from '../format';
import { formatTable, type Output } from '../output';
import { readJsonFile } from '../read-json-file';
import { createStudyProgress } from '../study-progress';
import { follow } from '../subscribe';
import { reportProblem } from './runs';

/** Adds `tangent study run|status|list`. */
export function addStudyCommands(program: Command): void {
  const group = program.command('study').description('run a study: a graph of runs made from a template');

  group
    .command('run')
    .description(
      'run a study template to its end; what was computed before is reused, what stopped continues',
    )
    .argument('<template>', 'name of a template ("tangent study list"), or a JSON file that ends in .json')
    .action(async (template: string, _: unknown, command: Command) => {
      const input = template.endsWith('.json')
        ? { definition: parseDefinition(await readJsonFile(template)) }
        : { template };
      await withSession(command, 'execute', async (context) => {
        const {
          session: { client },
          output,
        } = context;
        const study = await followStudy(context, await client.mutate('studies.run', input));
        if (study.state === 'finished') {
          await printResults(client, study, output);
          output.line();
          output.line('Open the workbench with "npm start" to see every run, its curves and its files.');
          return exitCodes.ok;
        }
        await reportStop(client, study, output);
        return exitCodes.stopped;
      });
    });

  group
    .command('status')
    .description('show how far a study is')
    .argument('[study]', 'its id or template (default: the newest)')
    .action(async (name: string | undefined, _: unknown, command: Command) => {
      await withSession(command, 'brief', async ({ session: { client }, output }) => {
        const study = await findStudy(client, name);
        output.value(study);
        output.line(
          `${study.title} (study ${study.id}), ${study.state}, started ${formatAge(study.createdAt)}`,
        );
        output.line(
          formatTable(study.steps.map((step) => [`  ${step.title}`, step.state, step.runId ?? ''])),
        );
        if (study.state === 'finished') await printResults(client, study, output);
        if (study.error !== null) output.note(describeError(study.error));
        return exitCodes.ok;
      });
    });

  group
    .command('list')
    .description('list the study templates')
    .action(async (_: unknown, command: Command) => {
      await withSession(command, 'brief', async ({ session: { client }, output }) => {
        for (const template of await client.query('studies.templates', undefined)) {
          output.value(template);
          output.line(
            `${template.name}  ${template.title}, ${template.stepCount} runs\n  ${template.description}`,
          );
        }
        return exitCodes.ok;
      });
    });
}

function parseDefinition(content: unknown): StudyTemplate {
  const parsed = studyTemplateSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_spec', `The study is not valid: ${describeIssues(parsed.error)}`);
}

async function findStudy(client: HostClient, name: string | undefined): Promise<StudyRecord> {
  const studies = await client.query('studies.list', undefined);
  const found =
    name === undefined ? studies.at(0) : studies.find(({ id, template }) => id === name || template === name);
  if (found !== undefined) return found;
  throw new AppError(
    'unknown_study',
    name === undefined ? 'No study was started yet.' : `There is no study ${name}.`,
  );
}

/** Shows the study's runs until it has finished or stopped. */
async function followStudy(
  { session: { client }, output, signal }: CommandContext,
  study: StudyRecord,
): Promise<StudyRecord> {
  output.line(`${study.title} (study ${study.id}, ${study.steps.length} runs)`);
  const progress = createStudyProgress(output);
  const end = new AbortController();
  const showRun = (run: RunSummary) => {
    output.value({ run });
    progress.showRun(run);
  };
  let last = study;
  const showStudy = (record: StudyRecord) => {
    last = record;
    output.value(record);
    progress.showStudy(record);
  };
  try {
    await Promise.race([
      follow(client, 'studies.changes', { studyId: study.id }, showStudy, signal),
      follow(client, 'runs.changes', undefined, showRun, AbortSignal.any([signal, end.signal])),
    ]);
  } finally {
    end.abort();
    progress.stop();
  }
  return last;
}

async function printResults(client: HostClient, study: StudyRecord, output: Output): Promise<void> {
  const additions = study.steps.filter((step) => step.kind === 'edit-add' && step.runId !== null);
  await printAdditionTable(
    client,
    additions.map((step) => step.runId!),
    output,
  );
}

async function reportStop(client: HostClient, study: StudyRecord, output: Output): Promise<void> {
  if (study.error !== null) output.note(describeError(study.error));
  for (const step of study.steps) {
    if (step.runId === null || step.state === 'waiting' || !isSettled(step.state)) continue;
    reportProblem(await client.query('runs.get', { runId: step.runId }), output);
  }
  output.note(
    'The study stopped. Run the same command again: finished runs are kept, stopped ones continue.',
  );
}
