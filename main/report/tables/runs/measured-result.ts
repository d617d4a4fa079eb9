import { z } from 'zod';
import { disentanglementResultSchema } from '#contract/disentanglement';
import { additionSearchSchema, negationSearchSchema } from '#contract/edit-search';
import type { ArtifactKind } from '#contract/events';
import { kernelPredictorResultSchema } from '#contract/kernel-predictor';
import { ntkResultSchema } from '#contract/ntk';
import {
  additionResultSchema,
  combinationResultSchema,
  evaluationResultSchema,
  mergeResultSchema,
  negationResultSchema,
} from '#contract/results';

/** What a run of any kind that measures has stored. */
export const measuredResultSchema = z.discriminatedUnion('format', [
  evaluationResultSchema,
  additionResultSchema,
  mergeResultSchema,
  combinationResultSchema,
  negationResultSchema,
  additionSearchSchema,
  negationSearchSchema,
  disentanglementResultSchema,
  ntkResultSchema,
  kernelPredictorResultSchema,
]);
/** See {@link measuredResultSchema}. */
export type MeasuredResult = z.infer<typeof measuredResultSchema>;

/** The artifacts that hold such results. */
export const measuredKinds: readonly ArtifactKind[] = [
  'evaluation',
  'addition',
  'merge',
  'combination',
  'negation',
  'edit-search',
  'disentanglement',
  'ntk',
  'kernel-predictor',
];
