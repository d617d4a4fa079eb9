import { Option, type Command } from 'commander';
import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import { journalPresetSchema, paletteSchema, type JournalPreset, type Palette } from '#contract/figure-style';
import type { ReportDocument } from '#contract/report';
import { spreadKindSchema, type SpreadKind } from '#contract/table-document';
import { withSession, type CommandContext } from '#cli/command-context';
import { exitCodes } from '#cli/exit-codes';
import { formatBytes } from '#cli/format';
import { findSubject } from './find-subject';
import { assertFree, writeOut } from './write-out';

interface Options {
  readonly out?: string;
  readonly title?: string;
  readonly authors?: string;
  readonly preset?: JournalPreset;
  readonly palette?: Palette;
  readonly spread?: SpreadKind;
  readonly saved?: string;
  readonly force: boolean;
}

/** Adds `tangent report`; returns the command, to which more can be added. */
export function addReportCommand(program: Command): Command {
  return program
    .command('report')
    .description(
      'write a report of a study or of runs: PDF, page and LaTeX, every figure and table, data, specifications, and how to make the same numbers again',
    )
    .argument(
      '[subject...]',
      'id or template of a study, or ids of runs (default: the newest finished study)',
    )
    .option('--out <folder|file.zip>', 'a new or empty folder, or a new ZIP archive')
    .option('--title <text>', 'its title (default: that of the study)')
    .option('--authors <text>', 'printed below the title')
    .addOption(
      new Option('--preset <journal>', 'widths, font and size of figures').choices(
        journalPresetSchema.options,
      ),
    )
    .addOption(new Option('--palette <name>', 'colors of figures').choices(paletteSchema.options))
    .addOption(
      new Option(
        '--spread <kind>',
        'what stands behind ±: the deviation over seeds (default), or half the 95 % interval of the mean',
      ).choices(spreadKindSchema.options),
    )
    .option(
      '--saved <report>',
      'one that was arranged in the window ("tangent report list"), not everything there is',
    )
    .option('--force', 'write over files of the same names; others are left as they are', false)
    .action(async (subject: string[], options: Options, command: Command) => {
      await withSession(command, 'brief', (context) => makeReport(subject, options, context));
    });
}

async function makeReport(
  subject: readonly string[],
  options: Options,
  { session: { client }, output }: CommandContext,
): Promise<number> {
  const { out, force } = options;
  // A subcommand would need the option too if commander asked for it.
  if (out === undefined) throw new AppError('invalid_input', 'Say with --out where the report goes.');
  await assertFree(out, force);
  const document = restyle(await findDocument(client, subject, options), options);
  const pieces = document.items.filter(({ kind }) => kind !== 'text').length;
  output.note(`making ${pieces} figures and tables: ${document.title}`);
  const { files, gaps } = await client.query('reports.files', { document });
  output.note(`writing ${files.length} files`);
  const written = await writeOut(out, new Map(files.map(({ path, bytes }) => [path, bytes])), force);
  for (const { title, reason, advice } of gaps) output.note(`missing: ${title}: ${reason} ${advice}`);
  output.line(`${written.path}: ${files.length} files, ${formatBytes(written.bytes)}`);
  output.value({ ...written, files: files.map(({ path }) => path), gaps });
  return exitCodes.ok;
}

/** The report that was saved, or the one that has all there is to show. */
async function findDocument(
  client: HostClient,
  subject: readonly string[],
  { saved }: Options,
): Promise<ReportDocument> {
  if (saved === undefined) {
    return client.query('reports.suggest', { subject: await findSubject(client, subject) });
  }
  if (subject.length > 0) {
    throw new AppError(
      'invalid_input',
      'A saved report knows what it is about: name no study or run beside it.',
    );
  }
  return (await client.query('reports.get', { reportId: saved })).document;
}

/** What is told on the command line comes before what the report says itself. */
function restyle(
  document: ReportDocument,
  { title, authors, preset, palette, spread }: Options,
): ReportDocument {
  return {
    ...document,
    title: title ?? document.title,
    authors: authors ?? document.authors,
    style: { preset: preset ?? document.style.preset, palette: palette ?? document.style.palette },
    spread: spread ?? document.spread,
  };
}
