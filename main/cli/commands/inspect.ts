import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { guessSubject, inspectSpec, type InspectedSubject } from '#contract/import-specs';
import { inspectionSchema, type DatasetInspection, type ModelReport } from '#contract/results';
import { splitNameSchema } from '#contract/specs/common';
import { withSession, type CommandContext } from '../command-context';
import { exitCodes } from '../exit-codes';
import type { Output } from '../output';
import { submitAndRead } from '../submit';

/** Adds `tangent inspect`. */
export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .description('say how a checkpoint or a dataset would be read, without importing it')
    .argument('<path>', 'a file or a folder')
    .addOption(
      new Option('--as <what>', 'what it is (default: a model if it has a file of weights)').choices([
        'model',
        'dataset',
      ]),
    )
    .action(async (path: string, options: { as?: InspectedSubject }, command: Command) => {
      await withSession(command, 'execute', (context) => inspect(resolve(path), options.as, context));
    });
}

async function inspect(
  path: string,
  as: InspectedSubject | undefined,
  context: CommandContext,
): Promise<number> {
  const {
    session: { client },
    output,
  } = context;
  const source = await client.query('sources.fingerprint', { path });
  const subject = as ?? guessSubject(source.isFolder ? await readdir(path) : [path]);
  const { code, result: found } = await submitAndRead(context, inspectSpec(source, subject), false, {
    role: 'inspection',
    schema: inspectionSchema,
  });
  if (found === null) return code;
  output.value(found);
  if (found.format === 'tangent-model-report/1') printModel(found, output);
  else printDataset(found, output);
  return exitCodes.ok;
}

function printModel(report: ModelReport, output: Output): void {
  for (const { field, value, source } of report.facts) {
    output.line(`${field.padEnd(14)}${value} (${source})`);
  }
  output.line(`${'text tower'.padEnd(14)}${report.hasTextEncoder ? 'yes' : 'no'}`);
  if (report.leftOut.length > 0) output.line(`${'left out'.padEnd(14)}${report.leftOut.join(', ')}`);
  if (report.unknownGlobals.length > 0) {
    output.line(`${'not executed'.padEnd(14)}${report.unknownGlobals.join(', ')}`);
  }
  for (const warning of report.warnings) output.line(`${'warning'.padEnd(14)}${warning}`);
}

function printDataset(found: DatasetInspection, output: Output): void {
  const { source, classes, parts, assignment, notes } = found;
  output.line(`${'format'.padEnd(14)}${source.format}: ${source.title} (${source.reason})`);
  output.line(
    `${'classes'.padEnd(14)}${classes.length}: ${classes.slice(0, 8).join(', ')}${classes.length > 8 ? ', …' : ''}`,
  );
  for (const { name, count } of parts) output.line(`${'part'.padEnd(14)}${name}: ${count} images`);
  for (const split of splitNameSchema.options) {
    const made = assignment[split].join(', ') || (split === 'val' ? 'drawn from train' : 'none');
    output.line(`${split.padEnd(14)}${made}`);
  }
  for (const note of notes) output.line(`${'note'.padEnd(14)}${note}`);
}
