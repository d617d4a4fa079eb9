import { AppError } from '#contract/errors';
import type { KernelSpectrum, NtkResult } from '#contract/ntk';
import type { RunSpecOf } from '#contract/specs/index';
import type { DatasetManifest } from '#numerics/data/dataset-manifest';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import { sampleIndices } from '#numerics/data/sample-images';
import { mean } from '#numerics/editing/accuracies';
import { addTasks } from '#numerics/editing/task-vector';
import { numericalRank } from '#numerics/linalg/numerical-rank';
import type { SingularTriplets } from '#numerics/linalg/singular-values';
import type { StoredModel } from '#numerics/models/model-file';
import { describeEigenfunction, fixSigns } from '#numerics/ntk/eigenfunctions';
import { encodeSpectra } from '#numerics/ntk/gram-file';
import { energyByRank, localEnergy } from '#numerics/ntk/local-energy';
import { listScalarOutputs, type ScalarOutput } from '#numerics/ntk/scalar-outputs';
import type { RunContext } from '../run-context';
import { cutIntoBlocks, KernelNetwork } from './kernel-images';
import { PRODUCTS_TOLERANCE, spectraFromGrams, spectraFromProducts } from './kernel-spectrum';
import { loadImages, loadManifest, loadModel, loadTask, loadTaskVector } from './load-inputs';

type Spec = RunSpecOf<'ntk'>;

/** Eigenfunctions that are described for a gallery, and images at each end of them. */
const GALLERY = 20;
const EXTREMES = 8;

/** Computes the empirical neural tangent kernel on a task and a control, its eigenfunctions and their local energy. */
export async function ntk(spec: Spec, context: RunContext): Promise<void> {
  const { params, inputs, seed } = spec;
  const model = await loadModel(context, inputs.model);
  const task = await loadTask(context, inputs.task, model);
  const control = await loadManifest(context, inputs.control.dataset);
  if (inputs.control.dataset === inputs.task.dataset) {
    throw new AppError(
      'invalid_input',
      `${task.manifest.name} is both the task and the control: local energy compares two different sets of images.`,
      { dataset: inputs.task.dataset },
    );
  }
  const outputs = listScalarOutputs(task.head, params.scalar, params.outputs);
  const point = await loadPoint(spec, model, context);
  const sample = { count: params.imageCount, seed };
  const open = (manifest: DatasetManifest) => loadImages(context, manifest, params.split, model, { sample });
  const images = { task: await open(task.manifest), control: await open(control) };
  assertEnough(spec, images.task, task.manifest.name);

  const network = new KernelNetwork(model, point);
  let spectra: Spectrum[];
  try {
    const [N, M] = [images.task.count, images.task.count + images.control.count];
    const isWhole = params.method === 'gram';
    network.forecast(
      {
        blockSize: Math.min(params.blockSize, Math.max(N, M - N)),
        // Products go through the parameters, block after block.
        traces: isWhole ? 2 : 1,
        captures: isWhole ? 2 : 1,
        cotangent: outputs[0].cotangent,
        images: M,
        outputs: outputs.length,
        // With products the triplets are kept, and at least twice as many vectors of Lanczos as are asked for.
        results: isWhole ? outputs.length * N * M : (2 + outputs.length) * params.rank! * (N + M),
      },
      context,
    );
    const request = {
      spec,
      outputs,
      task: cutIntoBlocks(images.task, params.blockSize),
      control: cutIntoBlocks(images.control, params.blockSize),
      origin: {
        model: inputs.model,
        task: inputs.task.dataset,
        control: inputs.control.dataset,
        taskVector: inputs.taskVector,
        split: params.split,
        outputs: outputs.map(({ name }) => name),
      },
    };
    const found = await (isWhole ? spectraFromGrams : spectraFromProducts)(request, network, context);
    const tolerance = isWhole ? 0 : PRODUCTS_TOLERANCE;
    spectra = outputs.map((output, c) => truncate(output, found[c], { wanted: params.rank, tolerance }));
    warnOfRounding(spectra, context);
    await context.output(encodeSpectra(spectra, request.origin), {
      kind: 'kernel-spectrum',
      role: 'spectrum',
      label: `eigenfunctions of ${task.manifest.name} (against ${control.name})`,
    });
  } finally {
    network.dispose();
  }

  const facts = (manifest: DatasetManifest, dataset: string, { labels }: DatasetSplit) => ({
    task: manifest.name,
    dataset,
    indices: sampleIndices(manifest.splits[params.split].samples.length, sample),
    labels: Array.from(labels),
  });
  const result: NtkResult = {
    format: 'tangent-ntk/1',
    model: model.name,
    kernel: {
      scalar: params.scalar,
      point: inputs.taskVector === null ? 'params0' : 'params',
      method: params.method,
    },
    split: params.split,
    images: {
      task: facts(task.manifest, inputs.task.dataset, images.task),
      control: facts(control, inputs.control.dataset, images.control),
    },
    spectra: spectra.map((spectrum) => describeSpectrum(spectrum, images.task.count)),
    localEnergy: averageEnergy(spectra, images.task),
  };
  const { localEnergy: average } = result;
  context.metric('localEnergyOnTask', 0, average.task);
  context.metric('localEnergyOnControl', 0, average.control);
  await context.outputJson(result, {
    kind: 'ntk',
    role: 'ntk',
    label: `local energy of ${task.manifest.name} against ${control.name}`,
  });
}

/** θ0, or θ0 + τ. */
async function loadPoint({ inputs }: Spec, model: StoredModel, context: RunContext) {
  if (inputs.taskVector === null) return model.params;
  const vector = await loadTaskVector(context, inputs.taskVector, inputs.model);
  if (vector.kind === 'linear') {
    context.warn(
      'the task vector was trained in the tangent space, whose kernel stays that of θ0; this is the kernel of the network at θ0 + τ',
    );
  }
  return addTasks(model.params, [{ scalingCoef: 1, tensors: vector.tensors }]);
}

function assertEnough({ params }: Spec, { count }: DatasetSplit, task: string): void {
  const { rank } = params;
  if (rank === null || rank <= count) return;
  throw new AppError(
    'invalid_input',
    `${rank} eigenfunctions are asked for, but ${task} has ${count} images in its split ${params.split}, and so at most as many eigenfunctions.`,
    { rank, count },
  );
}

/** The decomposed kernel of a scalar, without what is rounding. */
interface Spectrum extends Pick<SingularTriplets, 'values' | 'right'> {
  readonly output: string;
  /** All singular values. */
  readonly all: Float64Array;
  readonly numericalRank: number;
  /** Eigenfunctions that the local energy keeps. */
  readonly rank: number;
}

function truncate(
  { name }: ScalarOutput,
  { values, right }: SingularTriplets,
  { wanted, tolerance }: { wanted: number | null; tolerance: number },
): Spectrum {
  const found = numericalRank(values, right.rows, tolerance);
  if (found === 0) {
    throw new AppError(
      'invalid_input',
      `The kernel of ${name} is zero on every image: this output does not depend on the parameters.`,
      { output: name },
    );
  }
  const rank = Math.min(wanted ?? found, found);
  const kept = { rows: right.rows, columns: found, data: new Float64Array(right.rows * found) };
  for (let i = 0; i < right.rows; i++) {
    kept.data.set(right.data.subarray(i * right.columns, i * right.columns + found), i * found);
  }
  return {
    output: name,
    all: values,
    values: values.slice(0, found),
    right: fixSigns(kept),
    numericalRank: found,
    rank,
  };
}

function warnOfRounding(spectra: readonly Spectrum[], context: RunContext): void {
  const least = Math.min(...spectra.map(({ numericalRank: found }) => found));
  const all = spectra[0].all.length;
  if (least === all) return;
  context.warn(
    `only ${least} of ${all} eigenfunctions are more than rounding; the others are left out. Images that the network cannot tell apart have the same gradients`,
  );
}

function describeSpectrum(spectrum: Spectrum, taskCount: number): KernelSpectrum {
  const { output, all, values, right, rank } = spectrum;
  const byRank = energyByRank(right, taskCount, values.length);
  return {
    output,
    singularValues: Array.from(all),
    numericalRank: spectrum.numericalRank,
    rank,
    localEnergy: { task: byRank.task[rank - 1], control: byRank.control[rank - 1] },
    byRank: { task: [...byRank.task], control: [...byRank.control] },
    eigenfunctions: Array.from(values.slice(0, GALLERY), (singularValue, k) => {
      const { energyOnTask, largest, smallest } = describeEigenfunction(right, k, taskCount, EXTREMES);
      return { singularValue, energyOnTask, largest: [...largest], smallest: [...smallest] };
    }),
  };
}

/** Averages over outputs: for every image, class, rank, and in all. */
function averageEnergy(
  spectra: readonly Spectrum[],
  { count, labels, classes }: DatasetSplit,
): NtkResult['localEnergy'] {
  const energies = spectra.map(({ right, rank }) => localEnergy(right, rank));
  const perImage = Array.from(energies[0], (_, j) => mean(energies.map((energy) => energy[j])));
  const [task, control] = [perImage.slice(0, count), perImage.slice(count)];
  const ranks = Math.min(...spectra.map(({ values }) => values.length));
  const curves = spectra.map(({ right }) => energyByRank(right, count, ranks));
  const average = (side: 'task' | 'control') =>
    Array.from({ length: ranks }, (_, k) => mean(curves.map((curve) => curve[side][k])));
  return {
    task: mean(task),
    control: mean(control),
    byRank: { task: average('task'), control: average('control') },
    perImage: { task, control },
    perClass: classes.map((name, c) => {
      const own = task.filter((_, j) => labels[j] === c);
      return { class: name, count: own.length, mean: own.length === 0 ? null : mean(own) };
    }),
  };
}
