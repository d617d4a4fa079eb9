import { escapeMarkdown } from '../markdown/escape-markdown';
import type { BundleContents } from './bundle-contents';
import { findOutsideSources } from './find-outside-sources';

/** Writes how to make the numbers of a report again: what must be at hand, the commands, and how close they will be. */
export function writeReproduce(contents: BundleContents): string {
  const { content, graph } = contents;
  return [
    '# How to make the same numbers again',
    '',
    ...(graph === null
      ? ['None of the runs of this report can be made again by this program; see below.', '']
      : [...needs(contents), ...commands(contents)]),
    ...closeness(contents),
    ...hindrances(contents),
    `The specification of each run is in \`specs/runs/\` as it was submitted. \`tangent run specs/runs/<run>.json\` executes one by itself in a data directory that holds what it reads.`,
    '',
    `Version of the program that wrote this: ${content.appVersion}.`,
    '',
  ].join('\n');
}

function needs({ graph }: BundleContents): string[] {
  const sources = graph === null ? [] : findOutsideSources(graph);
  const artifacts = graph === null ? [] : findOutsideArtifacts(graph);
  return [
    '## What must be at hand',
    '',
    'Tangent Workbench, in the version below if the numbers shall be the same in every bit.',
    '',
    ...(sources.length === 0
      ? ['No other file is needed: the program draws the images and brings the model.', '']
      : [
          'These files and folders, with the contents that they had. Where yours lie elsewhere, write their paths into `specs/study.json`; the fingerprints tell whether they are the same.',
          '',
          ...sources.map(
            ({ path, fingerprint, steps }) =>
              `- ${escapeMarkdown(path)} (fingerprint ${fingerprint}), read by ${steps.join(', ')}`,
          ),
          '',
        ]),
    ...(artifacts.length === 0
      ? []
      : [
          'These files of the data directory, which no run that can be executed again has made:',
          '',
          ...artifacts.map((id) => `- artifact ${id}`),
          '',
        ]),
  ];
}

/** Artifacts that steps name by their id: nothing in the study makes them. */
function findOutsideArtifacts(graph: NonNullable<BundleContents['graph']>): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) found.add(value);
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  for (const { spec } of graph.steps) visit(spec.inputs);
  return [...found];
}

function commands({ content, graph }: BundleContents): string[] {
  return [
    '## Commands',
    '',
    'In the folder of this file, with `tangent` as the command of the program (`node main/cli/tangent.mjs` in its folder):',
    '',
    '```sh',
    ...content.commands,
    'diff -r tables report-again/tables',
    '```',
    '',
    `The study has ${graph?.steps.length ?? 0} runs. It can be stopped at any moment; the same command goes on with it. The folder \`again\` then holds everything that was made, and \`report-again\` the report of it with all that there is to show; a figure or table that is in both has the same name in both.`,
    '',
  ];
}

function closeness({ content, runs }: BundleContents): string[] {
  const engines = runs.flatMap(({ environment }) => (environment === null ? [] : [environment.engine]));
  const isExact = engines.every(({ deterministic }) => deterministic);
  return [
    '## How close they will be',
    '',
    isExact
      ? 'Bit for bit with the same version of the program, the same engine and its version, the same kind of processor and as many threads for each run. A data directory computes as many runs at once as there are cores, with one thread each; `--jobs 1` gives one run all of them. Another engine or processor rounds differently: accuracies then differ by single images.'
      : 'The engine promises no equal bits, so accuracies may differ by single images from one time to the next.',
    '',
    'The runs were computed with:',
    '',
    ...content.environment.map((line) => `- ${escapeMarkdown(line)}`),
    '',
  ];
}

function hindrances({ content, runs }: BundleContents): string[] {
  const lines = content.runs.flatMap(({ runId, title }, n) => {
    const { hindrance } = runs[n];
    return hindrance === null
      ? []
      : [`- run ${runId}, ${escapeMarkdown(title)}: ${escapeMarkdown(hindrance)}`];
  });
  return lines.length === 0 ? [] : ['## Runs that are not made again', '', ...lines, ''];
}
