import type { Command } from 'commander';
import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import type { StudyRecord } from '#contract/records';
import { withSession } from '#cli/command-context';
import { exitCodes } from '#cli/exit-codes';
import { describeError } from '#cli/follow-run';
import { formatAge } from '#cli/format';
import { formatTable } from '#cli/output';
import { printJson } from '#cli/print-json';
import { printStudyResults } from './print-results';

/** Adds `tangent study status`. */
export function addStatusCommand(group: Command): void {
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
        if (study.state === 'finished') await printStudyResults(client, study, output);
        if (study.error !== null) output.note(describeError(study.error));
        return exitCodes.ok;
      });
    });
}

/** Adds `tangent study list`. */
export function addListCommand(group: Command): void {
  group
    .command('list')
    .description('list the study templates')
    .action(async (_: unknown, command: Command) => {
      await withSession(command, 'brief', async ({ session: { client }, output }) => {
        for (const template of await client.query('studies.templates', undefined)) {
          output.value(template);
          output.line(`${template.name}  ${template.title}\n  ${template.description}`);
          for (const { name, description } of template.presets) {
            output.line(`  --preset ${name}: ${description}`);
          }
        }
        return exitCodes.ok;
      });
    });
}

/** Adds `tangent study template`. */
export function addTemplateCommand(group: Command): void {
  group
    .command('template')
    .description('print the definition of a template as JSON, to be changed and run as a file')
    .argument('<template>')
    .option('--to <file>', 'write it to a new file instead')
    .action(async (name: string, { to }: { readonly to?: string }, command: Command) => {
      await withSession(command, 'brief', async ({ session: { client }, output }) => {
        await printJson(await client.query('studies.template', { template: name }), to, output);
        return exitCodes.ok;
      });
    });
}

/**
 * Finds a study by its id or template; without a name, the newest.
 *
 * @throws {AppError} `unknown_study`
 */
export async function findStudy(client: HostClient, name: string | undefined): Promise<StudyRecord> {
  const studies = await client.query('studies.list', undefined);
  const found =
    name === undefined ? studies.at(0) : studies.find(({ id, template }) => id === name || template === name);
  if (found !== undefined) return found;
  throw new AppError(
    'unknown_study',
    name === undefined ? 'No study was started yet.' : `There is no study ${name}.`,
  );
}
