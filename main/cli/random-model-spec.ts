import type { RunSpecOf } from '#contract/specs/index';
import type { FoundArtifact } from './find-artifact';

/** Makes the specification that draws a random θ0 of a model's sizes; named after the model unless told. */
export function randomModelSpec(
  model: Pick<FoundArtifact, 'id' | 'label'>,
  seed: number,
  name = `${model.label}, random (seed ${seed})`,
): RunSpecOf<'initialize-model'> {
  return { kind: 'initialize-model', specVersion: 1, params: { name }, inputs: { model: model.id }, seed };
}
