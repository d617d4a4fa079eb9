import type { Preprocessing } from '#contract/specs/common';
import type { StoredTensor } from '../stored-tensor';
import type { ClipCheckpoint, ModelChoices } from './clip-checkpoint';
import type { Evidence, Facts } from './facts';

/** Tensors that older files hold besides parameters: indices and sizes, which follow from the architecture. */
const BUFFERS = /(^|\.)(position_ids|attn_mask|input_resolution|context_length|vocab_size)$/;

/**
 * Decides how pixels become input values.
 *
 * @param facts is told what is decided
 * @param choices what the user says
 * @param evidence best first, and a fall-back
 */
export function decidePreprocessing(
  facts: Facts,
  choices: ModelChoices,
  evidence: readonly Evidence<Preprocessing>[],
): Preprocessing {
  const show = ({ mean, std }: Preprocessing) => `mean ${mean.join(', ')}; deviation ${std.join(', ')}`;
  const mine = { value: choices.preprocessing ?? undefined, source: choices.source };
  return facts.decide('preprocessing', mine, evidence, show)!;
}

/**
 * Notes the sizes of an image tower.
 *
 * @param facts is told
 * @param vision the sizes
 * @param source where they were read
 */
export function noteSizes(
  facts: Facts,
  vision: ClipCheckpoint['vision']['architecture'],
  source: string,
): void {
  const { imageSize, patchSize, width, layers, featureSize } = vision;
  facts.note('image size', `${imageSize} with patches of ${patchSize}`, source);
  facts.note('transformer', `width ${width}, ${layers} layers`, source);
  facts.note('projection', `${width} to ${featureSize} features`, source);
}

/**
 * Leaves out what is no parameter.
 *
 * @param tensors of a file
 */
export function withoutBuffers(tensors: ReadonlyMap<string, StoredTensor>): [string, StoredTensor][] {
  return [...tensors].filter(([name]) => !BUFFERS.test(name));
}
