import { readFile, writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { jvpMany } from '#numerics/autodiff/jvp';
import { disposeTree, treeFromArrays } from '#numerics/autodiff/param-tree';
import { countDisagreements } from '#numerics/editing/disentanglement';
import { gridValues } from '#numerics/editing/coefficient-grid';
import { projectResponses } from '#numerics/editing/feature-responses';
import { predictFromResponses, type Responses } from '#numerics/editing/responses';
import { addTasks, type NamedArrays } from '#numerics/editing/task-vector';
import { RandomStream } from '#numerics/engine/random';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, readTensor } from '#numerics/engine/tensor';
import { computeLogits, predictClasses } from '#numerics/models/head';
import { decodeSafetensors } from '#numerics/models/safetensors';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { gramBlock } from '#numerics/ntk/gram-block';
import { TracedImages } from '#numerics/ntk/traced-images';
import { measurePeakMemory } from '../peak-memory';
import { CELLS, type Request, type SubjectName } from './protocol';
import { architecture, CLASSES, GRAM_IMAGES, GRID, IMAGES } from './world';

// Our contestant: one process with one engine, which answers each line of JSON with one.
const [engine, folder] = process.argv.slice(2) as ['native' | 'wasm', string];
const { version, threads } = await startEngine(engine);
const BATCH = 128;
/** A lab of eight tasks with 2,000 images each. */
const LAB = { tasks: 8, images: 2000 };

const { tensors } = decodeSafetensors(await readFile(join(folder, 'world.safetensors')), 'the world');
const under = (prefix: string): NamedArrays =>
  new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, array]) => [name.slice(prefix.length), array]),
  );
const params0 = under('params.');
const vectors = [0, 1].map((t) => under(`vector.${t}.`));
const pixels = [0, 1].map((t) => tensors.get(`pixels.${t}`)!.data);
const head = {
  classes: CLASSES,
  featureSize: architecture.featureSize,
  weight: tensors.get('head')!.data,
  bias: new Float32Array(CLASSES),
};
const encoder = imageEncoder(architecture);
const pixelCount = architecture.imageSize ** 2 * 3;
const values = gridValues({ from: -3, to: 3, points: GRID });
const cells = values.flatMap((first) => values.map((second) => [first, second] as const));

function* batchesOf(task: number) {
  for (let start = 0; start < IMAGES; start += BATCH) {
    const part = pixels[task].subarray(start * pixelCount, (start + BATCH) * pixelCount);
    yield createTensor(part, [part.length / pixelCount, architecture.imageSize, architecture.imageSize, 3]);
  }
}

function respond(task: number): Responses {
  const theta = treeFromArrays(params0);
  const directions = vectors.map(treeFromArrays);
  const F = architecture.featureSize;
  const all = [0, 1, 2].map(() => new Float32Array(IMAGES * F));
  let done = 0;
  for (const batch of batchesOf(task)) {
    const { primal, tangents } = jvpMany((parameters) => encoder(parameters, batch), theta, directions);
    [primal, ...tangents].forEach((tensor, i) => {
      all[i].set(readTensor(tensor), done * F);
      tensor.dispose();
    });
    done += batch.shape[0];
    batch.dispose();
  }
  for (const tree of [theta, ...directions]) disposeTree(tree);
  const [base, ...tangents] = all;
  return projectResponses({ count: IMAGES, base, tangents }, head);
}

/** ξ of every cell, with the single-task predictions shared along rows and columns. */
function map(responses: readonly Responses[]): number[] {
  const alone = [0, 1].map((t) =>
    values.map((alpha) => predictFromResponses(responses[t], t === 0 ? [alpha, 0] : [0, alpha])),
  );
  return cells.map((cell, at) =>
    [0, 1].reduce((sum, t) => {
      const own = alone[t][t === 0 ? Math.floor(at / GRID) : at % GRID];
      return sum + countDisagreements(own, predictFromResponses(responses[t], cell)) / IMAGES;
    }, 0),
  );
}

function networkCell(coefs: readonly number[]): void {
  const terms = vectors.map((vector, t) => ({ scalingCoef: coefs[t], tensors: vector }));
  const theta = treeFromArrays(addTasks(params0, terms));
  for (const task of [0, 1]) {
    for (const batch of batchesOf(task)) {
      const features = encoder(theta, batch);
      predictClasses(computeLogits(readTensor(features), head), CLASSES);
      [features, batch].forEach((tensor) => tensor.dispose());
    }
  }
  disposeTree(theta);
}

const outputs = Array.from({ length: CLASSES }, (_, c) => ({
  name: String(c),
  cotangent: head.weight.slice(c * head.featureSize, (c + 1) * head.featureSize),
}));

function gram(): Float64Array[] {
  const theta = treeFromArrays(params0);
  const { imageSize: S } = architecture;
  const batch = createTensor(pixels[0].subarray(0, GRAM_IMAGES * pixelCount), [GRAM_IMAGES, S, S, 3]);
  const images = new TracedImages(encoder, theta, batch);
  const grams = gramBlock(images, images, outputs);
  images.dispose();
  batch.dispose();
  disposeTree(theta);
  return grams;
}

let ready: Responses[] | undefined;
let lab: { readonly responses: Responses; readonly labels: Int32Array }[] | undefined;
let questions = 0;

function makeLab() {
  const F = architecture.featureSize;
  return Array.from({ length: LAB.tasks }, (_, task) => {
    const [base, ...tangents] = Array.from({ length: 1 + LAB.tasks }, (__, i) =>
      new RandomStream(task, `lab ${i}`).normals(LAB.images * F),
    );
    const labels = Int32Array.from({ length: LAB.images }, (__, n) => n % CLASSES);
    return { responses: projectResponses({ count: LAB.images, base, tangents }, head), labels };
  });
}

/** What a lab does for a question: predictions of all tasks, counted. */
function ask(): number {
  lab ??= makeLab();
  questions++;
  const coefs = Array.from({ length: LAB.tasks }, (_, t) => Math.sin(questions + t));
  let correct = 0;
  for (const { responses, labels } of lab) {
    predictFromResponses(responses, coefs).forEach((prediction, n) => {
      if (prediction === labels[n]) correct++;
    });
  }
  return correct;
}

const subjects: Record<SubjectName, () => unknown> = {
  linear_cells: () => {
    throw new Error('is measured with PyTorch alone');
  },
  linear_map: () => map((ready ??= [0, 1].map(respond))),
  linear_map_whole: () => map([0, 1].map(respond)),
  network_cells: () => cells.slice(0, CELLS).forEach(networkCell),
  gram,
  lab_question: ask,
};

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Request))}\n`);
}

async function answer(request: Request) {
  if ('hello' in request) return { library: `TensorFlow ${version}`, threads };
  if ('memory' in request) return measurePeakMemory(gram, false);
  if ('write' in request) {
    const path = join(folder, 'ours.f64');
    await writeFile(path, Buffer.concat(gram().map(({ buffer }) => new Uint8Array(buffer))));
    return { path };
  }
  const times = Array.from({ length: request.times }, () => {
    const start = performance.now();
    subjects[request.subject]();
    return (performance.now() - start) / 1000;
  });
  return { times };
}
