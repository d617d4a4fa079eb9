import type { BenchmarkResults, MethodResult, SeedResult } from '#contract/benchmark-results';
import { AppError } from '#contract/errors';
import type { KnownDataset } from '#contract/known-dataset';
import type { Accuracy } from '#contract/results';
import { countImages, findKnown, type MakeAccuracy } from './count-images';
import { methodFiles, valName, ZERO_SHOT_FILE } from './file-names';
import { parseFiles, wrongField, type AccuracyFile, type MethodContent } from './parse-files';
import { readAdditions, withRatios } from './read-additions';
import { readNegations } from './read-negations';

/** Least validation accuracy on the control, as a fraction of the pre-trained model's; the files do not say it. */
const PAPER_THRESHOLD = 0.95;

/** What the files do not say. */
export interface ReferenceLayoutOptions {
  readonly title: string;
  readonly model: string;
  readonly seed: number;
  /** Published datasets, for the sizes of splits and numbers of classes. */
  readonly known: readonly KnownDataset[];
}

/**
 * Reads the result files of the reference implementation (gortizji/tangent_task_arithmetic) or of a fork that
 * keeps their layout, for one seed. Missing files leave their results null. Coefficients are compared as
 * numbers, and the chosen ones, which are not stored, are found again by the same rules. What was assumed, and
 * what does not fit together, is told in `notes`.
 *
 * @param files file name → JSON text
 * @throws {AppError} `invalid_input` if there is no result file, or naming the file and field that is wrong
 */
export function readReferenceLayout(
  files: Readonly<Record<string, string>>,
  options: ReferenceLayoutOptions,
): BenchmarkResults {
  const { zeroShot, methods } = parseFiles(files);
  if (zeroShot === null && methods.length === 0) throw nothingThere();
  const control = findControl(zeroShot, methods);
  const tasks = listTasks(zeroShot, methods, control);
  if (tasks.length === 0) throw wrongField(zeroShot?.file ?? methods[0].names.single, [], 'there is no task');
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  const accuracy = countImages(options.known, note);
  const classCounts = tasks.map((task) => findKnown(options.known, task)?.classCount ?? 1);
  const unknown = tasks.filter((_, t) => classCounts[t] === 1);
  if (unknown.length > 0) note(`How many classes ${unknown.join(', ')} has is not known.`);

  const read = methods.map((content): MethodResult => {
    const { method, names, single, additions, negations } = content;
    const seed: SeedResult = { seed: options.seed, addition: null, negation: null };
    const context = zeroShot === null || single === null ? null : { zeroShot, single, accuracy, note };
    if (context === null && (additions !== null || negations !== null)) {
      note(
        `Of ${method} only single-task models were read: its other files need ${ZERO_SHOT_FILE} and ${names.single} beside them.`,
      );
    }
    if (context !== null && additions !== null) {
      seed.addition = readAdditions({ ...content, additions }, tasks, context);
    }
    if (context !== null && negations !== null) {
      if (control === null) throw wrongField(names.negations, [], 'there is no control task');
      const requirement = { task: control, threshold: PAPER_THRESHOLD };
      seed.negation = readNegations({ ...content, negations }, tasks, requirement, context);
    }
    const alone = single === null ? undefined : readAlone(single, zeroShot, tasks, accuracy);
    const isAlone = seed.addition === null && seed.negation === null && alone !== undefined;
    return { method, seeds: [isAlone ? { ...seed, alone } : seed] };
  });
  return {
    format: 'tangent-benchmark-results/1',
    title: options.title,
    model: options.model,
    tasks,
    classCounts,
    control: read.some(({ seeds }) => seeds[0].negation !== null) ? control : null,
    methods: read,
    randomInit: [],
    notes,
  };
}

function nothingThere(): AppError {
  const { additions, negations } = methodFiles('standard');
  return new AppError(
    'invalid_input',
    `There are no result files, such as ${ZERO_SHOT_FILE}, ${additions} or ${negations}.`,
  );
}

/** The control is what a negation's sweep has beside its target; else ImageNet, if only the zero-shot file has it. */
function findControl(zeroShot: AccuracyFile | null, methods: readonly MethodContent[]): string | null {
  for (const { negations } of methods) {
    for (const [task, { val }] of Object.entries(negations ?? {})) {
      const names = Object.values(val).flatMap((metrics) => Object.keys(metrics));
      const other = names.find((name) => name.endsWith('Val:top1') && name !== `${valName(task)}:top1`);
      if (other !== undefined) return other.slice(0, -'Val:top1'.length);
    }
  }
  const isTask = methods.some(({ single }) => single !== null && 'ImageNet' in single.content);
  return zeroShot !== null && 'ImageNet' in zeroShot.content && !isTask ? 'ImageNet' : null;
}

function listTasks(
  zeroShot: AccuracyFile | null,
  methods: readonly MethodContent[],
  control: string | null,
): string[] {
  const names = [
    ...[zeroShot, ...methods.map(({ single }) => single)].flatMap((file) => Object.keys(file?.content ?? {})),
    ...methods.flatMap(({ additions }) =>
      Object.keys(additions?.test ?? {}).flatMap((key) => (key.endsWith(':top1') ? [key.slice(0, -5)] : [])),
    ),
    ...methods.flatMap(({ negations }) => Object.keys(negations ?? {})),
  ];
  return [...new Set(names)].filter((name) => !name.endsWith('Val') && name !== control);
}

/** Single-task accuracies of the tasks that have both splits; undefined if none has. */
function readAlone(
  single: AccuracyFile,
  zeroShot: AccuracyFile | null,
  tasks: readonly string[],
  accuracy: MakeAccuracy,
): SeedResult['alone'] {
  const own = tasks.filter((task) => task in single.content && valName(task) in single.content);
  if (own.length === 0) return undefined;
  const val = own.map((task) => accuracy(task, 'val', single.content[valName(task)]));
  const test = own.map((task) => accuracy(task, 'test', single.content[task]));
  const known = zeroShot === null ? [] : own.filter((task) => task in zeroShot.content);
  const singleOf = (task: string): Accuracy => test[own.indexOf(task)];
  return {
    pretrained:
      zeroShot === null || known.length === 0
        ? null
        : withRatios(
            known.map((task) => accuracy(task, 'test', zeroShot.content[task])),
            known.map(singleOf),
          ),
    singleTask: { val: withRatios(val, val), test: withRatios(test, test) },
  };
}
