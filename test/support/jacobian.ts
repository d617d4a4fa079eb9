import type { SplitName } from '#contract/specs/common';
import { disposeTree, treeFromArrays, treeToArrays } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { addTasks } from '#numerics/editing/task-vector';
import { createTensor, readTensor } from '#numerics/engine/tensor';
import type { DenseMatrix } from '#numerics/linalg/dense-matrix';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { loadImages, loadManifest, loadModel, loadTaskVector } from '#worker/procedures/load-inputs';
import type { RunLab } from './run-lab';
import { takeBatch } from './take-batch';

/** Images of a split, drawn by a seed. */
export interface JacobianRequest {
  readonly model: string;
  /** The Jacobian is taken at θ0 + τ. */
  readonly taskVector?: string;
  readonly dataset: string;
  readonly split: SplitName;
  readonly count: number;
  readonly seed: number;
  /** u of the scalars u·f. */
  readonly cotangents: readonly Float32Array[];
}

/** The values and gradients of scalars on images; rows are image by image, scalar by scalar. */
export interface Jacobian {
  readonly values: Float64Array;
  readonly labels: Int32Array;
  /** (N · C) × P. */
  readonly gradients: DenseMatrix;
}

/** Computes a whole Jacobian from the definition: one image and one scalar at a time. */
export async function wholeJacobian(lab: RunLab, request: JacobianRequest): Promise<Jacobian> {
  const context = lab.context();
  const model = await loadModel(context, request.model);
  const manifest = await loadManifest(context, request.dataset);
  const sample = { count: request.count, seed: request.seed };
  const images = await loadImages(context, manifest, request.split, model, { sample });
  const vectors =
    request.taskVector === undefined
      ? []
      : [await loadTaskVector(context, request.taskVector, request.model)];
  const theta = addTasks(
    model.params,
    vectors.map(({ tensors }) => ({ scalingCoef: 1, tensors })),
  );
  const params = treeFromArrays(theta);
  const encoder = imageEncoder(model.architecture);
  const values: number[] = [];
  const rows: Float64Array[] = [];
  for (let n = 0; n < images.count; n++) {
    const { pixels } = await takeBatch(images, [n]);
    const batch = createTensor(pixels, [1, 32, 32, 3]);
    const trace = new Trace((parameters) => encoder(parameters, batch), params);
    const features = readTensor(trace.primal);
    for (const cotangent of request.cotangents) {
      values.push(cotangent.reduce((sum, value, f) => sum + value * features[f], 0));
      const u = createTensor(cotangent, [1, cotangent.length]);
      const gradient = trace.pullBack(u);
      rows.push(Float64Array.from([...treeToArrays(gradient).values()].flatMap(({ data }) => [...data])));
      disposeTree(gradient);
      u.dispose();
    }
    trace.dispose();
    batch.dispose();
  }
  disposeTree(params);
  const columns = rows[0].length;
  const data = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => data.set(row, i * columns));
  return {
    values: Float64Array.from(values),
    labels: images.labels,
    gradients: { rows: rows.length, columns, data },
  };
}

/** A Bᵀ. */
export function innerProducts(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const data = new Float64Array(a.rows * b.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let sum = 0;
      for (let k = 0; k < a.columns; k++) sum += a.data[i * a.columns + k] * b.data[j * b.columns + k];
      data[i * b.rows + j] = sum;
    }
  }
  return { rows: a.rows, columns: b.rows, data };
}
