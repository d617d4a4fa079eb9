import type { RunSpecOf } from '#contract/specs/index';
import { encodeResponses } from '#numerics/editing/responses-file';
import type { NamedArrays } from '#numerics/editing/task-vector';
import type { RunContext } from '../run-context';
import { assertMemory } from './assert-fits';
import { ImageEvaluator } from './image-evaluator';
import { loadImages, loadManifest, loadModel, loadTaskVector } from './load-inputs';
import { collectResponses } from './response-blocks';

/** Stores f(x; θ0) and J(θ0) τ_t of the images of datasets, one artifact for each dataset and split. */
export async function responses(spec: RunSpecOf<'responses'>, context: RunContext): Promise<void> {
  const { inputs, params, seed } = spec;
  const model = await loadModel(context, inputs.model);
  const vectors: NamedArrays[] = [];
  for (const id of inputs.taskVectors) {
    vectors.push((await loadTaskVector(context, id, inputs.model)).tensors);
  }
  const evaluator = new ImageEvaluator(model, params.batchSize, context);
  const sample = params.imageCount === null ? null : { count: params.imageCount, seed };
  for (const [d, dataset] of inputs.datasets.entries()) {
    const manifest = await loadManifest(context, dataset);
    for (const split of params.splits) {
      const images = await loadImages(context, manifest, split, model, { sample });
      const name = `${manifest.name} ${split}`;
      // While the file is written, its bytes are there twice.
      const bytes = 2 * 4 * images.count * evaluator.featureSize * (1 + vectors.length);
      assertMemory(bytes, `The responses of ${name}`, context);
      const collected = await collectResponses({
        name,
        key: `${d}-${split}`,
        vectors,
        images,
        evaluator,
        context,
      });
      const { model: modelId, taskVectors } = inputs;
      const { featureSize } = evaluator;
      const stored = {
        ...collected,
        featureSize,
        model: modelId,
        dataset,
        split,
        taskVectors,
        labels: images.labels,
      };
      await context.output(encodeResponses(stored), {
        kind: 'responses',
        role: `responses.${d}.${split}`,
        label: `${name}, responses to ${vectors.length} task vectors`,
      });
    }
  }
}
