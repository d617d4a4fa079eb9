import type { Command } from 'commander';
import { AppError } from '#contract/errors';
import type { KnownDataset } from '#contract/known-dataset';
import { findKnownDataset, listKnownDatasets, promptTemplates } from '#host/known-datasets';
import { createOutput, type Output } from '../output';

/** Adds `tangent datasets`. */
export function addDatasetsCommand(program: Command): void {
  program
    .command('datasets')
    .description(
      'list the published datasets that are known, or tell about one: sizes, layout, prompts, what to download',
    )
    .argument('[name]')
    .action((name: string | undefined, _: unknown, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      const output = createOutput(json === true);
      if (name === undefined) listKnownDatasets().forEach((known) => list(known, output));
      else describe(find(name), output);
    });
}

function list(known: KnownDataset, output: Output): void {
  output.value({ ...known });
  const suites = known.control ? 'control' : known.suites.join(', ');
  const { train, test } = known.counts;
  output.line(
    `${known.name.padEnd(14)} ${String(known.classCount).padStart(5)} classes ${String(train).padStart(8)} train ${String(test).padStart(7)} test   ${suites.padEnd(10)} ${known.title}`,
  );
}

function describe(known: KnownDataset, output: Output): void {
  const { templates, source } = promptTemplates(known.templates);
  output.value({ ...known, promptTemplates: templates });
  const { train, val, test } = known.counts;
  const { split } = known;
  const rows: [string, string][] = [
    ['title', known.title],
    ['classes', String(known.classCount)],
    ['images', `${train} train, ${val === null ? '' : `${val} val, `}${test} test`],
    [
      'validation',
      split.val === 'own-part'
        ? 'a part of its own'
        : `${split.fraction * 100} % of train, at most ${split.cap}, by PyTorch's random_split with seed ${split.seed}`,
    ],
    ['formats', Object.keys(known.parts).join(', ')],
    ['epochs', `${known.finetuning.epochs} (${known.finetuning.source})`],
    ['prompts', `${templates.length} (${source})`],
    ...templates.slice(0, 3).map((template): [string, string] => ['', template]),
    ['download', known.download],
    ['licence', known.license],
    ...(known.note === '' ? [] : [['note', known.note] as [string, string]]),
  ];
  for (const [label, text] of rows) output.line(`${label.padEnd(12)}${text}`);
}

function find(name: string): KnownDataset {
  const known = findKnownDataset(name);
  if (known !== undefined) return known;
  throw new AppError('invalid_input', `"${name}" is not a known dataset; "tangent datasets" lists them.`, {
    dataset: name,
  });
}
