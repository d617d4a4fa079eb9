import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { AppError } from '#contract/errors';
import { tableFormatSchema, type TableFormat } from '#contract/report';
import { spreadKindSchema, type SpreadKind } from '#contract/table-document';
import { describeIssues } from '#contract/specs/index';
import { referenceNumbersSchema } from '#contract/reference-numbers';
import { referenceFileNames } from '#report/reference-layout/file-names';
import { tableFiles } from '#report/tables/table-files';
import { writeTable } from '#report/tables/write-table';
import { withSession } from '#cli/command-context';
import { exitCodes } from '#cli/exit-codes';
import { integerOption } from '#cli/options';
import type { Output } from '#cli/output';
import { printJson } from '#cli/print-json';
import { readJsonFile } from '#cli/read-json-file';
import { writeNewFiles } from '#cli/write-new-files';
import { findStudy } from './look-at-studies';
import { printReport } from './print-results';

type FileFormat = Exclude<TableFormat, 'text'>;
/** Formats of files, one for each table; as text they are printed with aligned columns. */
const fileFormats = tableFormatSchema.options.filter((format): format is FileFormat => format !== 'text');

/** Adds `tangent study results`. */
export function addResultsCommand(group: Command): void {
  interface Options {
    readonly format: 'tables' | FileFormat | 'reference';
    readonly spread: SpreadKind;
    readonly to?: string;
    readonly seed?: number;
  }
  group
    .command('results')
    .description(
      'print the tables of a benchmark as text, LaTeX, Markdown, CSV or HTML, or write its results as files of the reference implementation',
    )
    .argument('[study]', 'its id or template (default: the newest)')
    .addOption(
      new Option('--format <name>', 'what to write')
        .choices(['tables', ...fileFormats, 'reference'])
        .default('tables'),
    )
    .addOption(
      new Option('--spread <name>', 'what stands behind ±: the sample deviation, or half the 95 % interval')
        .choices(spreadKindSchema.options)
        .default('deviation'),
    )
    .option(
      '--to <folder>',
      'where files are put, one for each table; all formats but reference are printed without it',
    )
    .option('--seed <n>', 'which seed the files of reference are of (default: the first)', integerOption(0))
    .action(async (name: string | undefined, options: Options, command: Command) => {
      await withSession(command, 'brief', async ({ session: { client }, output }) => {
        const { format, spread, to } = options;
        const study = await findStudy(client, name);
        if (format === 'reference') {
          if (to === undefined) throw new AppError('invalid_input', 'Say with --to where the files go.');
          const files = await client.query('studies.referenceFiles', {
            studyId: study.id,
            seed: options.seed ?? null,
          });
          await writeInto(to, files, output);
          return exitCodes.ok;
        }
        const report = await client.query('studies.results', { studyId: study.id });
        if (format === 'tables') {
          printReport(report, output, spread);
          return exitCodes.ok;
        }
        const texts = Object.fromEntries(
          report.tables.map((table) => [
            `${table.id}.${tableFiles[format].ending}`,
            writeTable(table, format, spread),
          ]),
        );
        if (to === undefined) output.line(Object.values(texts).join('\n'));
        else await writeInto(to, texts, output);
        return exitCodes.ok;
      });
    });
}

/** Writes files into a folder, replaces none, and says which. */
async function writeInto(
  folder: string,
  files: Readonly<Record<string, string>>,
  output: Output,
): Promise<void> {
  const written = await writeNewFiles(
    Object.fromEntries(Object.entries(files).map(([file, text]) => [join(folder, file), text])),
  );
  for (const path of written) output.line(path);
  output.value({ folder: resolve(folder), files: Object.keys(files) });
}

/** Adds `tangent study read-results`. */
export function addImportResultsCommand(group: Command): void {
  group
    .command('read-results')
    .description('print the tables of result files of the reference implementation')
    .argument('<folder>', 'holds zeroshot_accuracies.json, additions.json and so on')
    .option('--model <name>', 'which model they are of, such as ViT-B-32 (default: name of the folder)')
    .action(async (path: string, options: { readonly model?: string }, command: Command) => {
      const folder = resolve(path);
      const names = await readdir(folder).catch((cause: unknown) => {
        throw new AppError('source_missing', `Cannot read ${folder}.`, { path: folder }, { cause });
      });
      const files: Record<string, string> = {};
      for (const name of names.filter((file) => referenceFileNames.includes(file))) {
        const file = join(folder, name);
        files[name] = await readFile(file, 'utf8').catch((cause: unknown) => {
          throw new AppError('source_missing', `Cannot read ${file}.`, { path: file }, { cause });
        });
      }
      await withSession(command, 'brief', async ({ session: { client }, output }) => {
        const about = { title: folder, model: options.model ?? basename(folder) };
        printReport(await client.query('reference.report', { files, ...about }), output);
        return exitCodes.ok;
      });
    });
}

/** Adds `tangent study reference`. */
export function addReferenceCommand(group: Command): void {
  interface Options {
    readonly to?: string;
    readonly use?: string;
    readonly reset: boolean;
  }
  group
    .command('reference')
    .description('print the published numbers that results are compared with, or replace them by your own')
    .option('--to <file>', 'write them to a new file instead of printing them')
    .option('--use <file>', 'a JSON file as this command writes one, with your corrections')
    .option('--reset', 'go back to the numbers that come with the program', false)
    .action(async (options: Options, command: Command) => {
      const content = options.use === undefined ? undefined : await readJsonFile(options.use);
      await withSession(command, 'brief', async ({ session: { client }, output }) => {
        if (!options.reset && content === undefined) {
          await printJson(await client.query('reference.get', undefined), options.to, output);
          return exitCodes.ok;
        }
        const numbers = await client.mutate('reference.set', {
          numbers: options.reset ? null : parseNumbers(content),
        });
        output.value(numbers);
        output.line(
          `Results are now compared with ${numbers.entries.length} published numbers${options.reset ? ' of the program' : ' of yours'}.`,
        );
        return exitCodes.ok;
      });
    });
}

function parseNumbers(content: unknown) {
  const parsed = referenceNumbersSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_input', `The reference numbers are not valid: ${describeIssues(parsed.error)}`);
}
