import type { Benchmark } from '#contract/benchmark';

/** One way in which a study differs from the paper. */
export interface ProtocolDifference {
  readonly what: string;
  readonly here: string;
  readonly paper: string;
}

/**
 * Lists how the protocol of a study differs from the paper's.
 *
 * @param benchmark what the study did
 * @param model name of its pre-trained model
 * @param paper the paper's benchmark, as its text says
 */
export function protocolDifferences(
  benchmark: Benchmark,
  model: string,
  paper: Benchmark,
): ProtocolDifference[] {
  const differences: ProtocolDifference[] = [];
  const note = (what: string, here: string, there: string) => {
    if (here !== there) differences.push({ what, here, paper: there });
  };
  const steps = ({ tasks, training }: Benchmark) =>
    range(tasks.map((task) => task.steps ?? training.schedule.steps));
  const names = ({ tasks }: Benchmark) => tasks.map(({ name }) => name).join(', ');
  const [ours, theirs] = [benchmark.training, paper.training];
  const towers = paper.model.from === 'catalog' ? paper.model.architectures : [];
  if (benchmark.model.from === 'starter' || !towers.some((tower) => model.includes(tower))) {
    const here = benchmark.model.from === 'starter' ? 'a small CLIP that comes with the program' : model;
    note('model', here, `CLIP of OpenAI (${towers.join(', ')})`);
  }
  note('images', imagesOf(benchmark), imagesOf(paper));
  note('tasks', names(benchmark), names(paper));
  note('control task of negation', benchmark.control?.name ?? 'none', paper.control?.name ?? 'none');
  note('steps of fine-tuning', steps(benchmark), steps(paper));
  note('warm-up steps', String(ours.schedule.warmupSteps), String(theirs.schedule.warmupSteps));
  note('batch size', String(ours.schedule.batchSize), String(theirs.schedule.batchSize));
  note('learning rate', String(ours.optimizer.learningRate), String(theirs.optimizer.learningRate));
  note('weight decay', String(ours.optimizer.weightDecay), String(theirs.optimizer.weightDecay));
  note(
    'gradient norm limit',
    String(ours.schedule.clipNorm ?? 'none'),
    String(theirs.schedule.clipNorm ?? 'none'),
  );
  note('augmentation', ours.augmentation, theirs.augmentation);
  note('values of α tried', String(benchmark.edits.gridPoints), String(paper.edits.gridPoints));
  note(
    'control to be kept',
    percent(benchmark.edits.controlThreshold),
    percent(paper.edits.controlThreshold),
  );
  return differences;
}

const percent = (fraction: number): string => `${Math.round(100 * fraction)} %`;

function range(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? String(least) : `${least} to ${most}`;
}

function imagesOf({ tasks }: Benchmark): string {
  const drawn = tasks.filter(({ data }) => data.from === 'starter').length;
  if (drawn === 0) return 'datasets';
  return drawn === tasks.length ? 'drawn by the program' : `drawn by the program for ${drawn} tasks`;
}
