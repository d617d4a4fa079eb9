import type { RunSpecOf } from '#contract/specs/index';
import { decodeModel, encodeModel } from '#numerics/models/model-file';
import { initializeVision } from '#numerics/models/vision-parameters';
import type { RunContext } from '../run-context';

/** Draws a random θ0 with the architecture and the preprocessing of a model. */
export async function initializeModel(
  spec: RunSpecOf<'initialize-model'>,
  context: RunContext,
): Promise<void> {
  const { name } = spec.params;
  const { architecture, preprocessing, origin } = decodeModel(
    await context.artifacts.read(spec.inputs.model),
    'the model',
  );
  const model = encodeModel({
    name,
    architecture,
    preprocessing,
    naming: 'open-clip',
    // The experiment with random initialization keeps the heads of the pre-trained model on purpose, so they
    // belong to this model as well and are not warned of.
    origin,
    // What was assumed about the checkpoint's weights does not concern new ones.
    doubts: [],
    params: initializeVision(architecture, spec.seed, 'random-init'),
  });
  await context.output(model, { kind: 'model', role: 'model', label: name });
}
