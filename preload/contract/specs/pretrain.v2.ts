import { z } from 'zod';
import {
  adamWSchema,
  artifactIdSchema,
  augmentationSchema,
  engineRequestSchema,
  preprocessingSchema,
  seedSchema,
  textArchitectureSchema,
  trainingScheduleSchema,
  visionArchitectureSchema,
} from './common';
import { starterDomainSchema } from './starter-domain';

const weight = z.number().positive().max(1000);

/**
 * Where images and captions come from. `starter` draws them: a pool for each domain, of images whose shift
 * strength is uniform between 0 and `largestShift`. `captions` takes the training splits of the datasets in
 * `inputs`, whose class names are the captions, with one weight for each.
 */
const sourceSchema = z.discriminatedUnion('from', [
  z
    .object({
      from: z.literal('starter'),
      pools: z
        .array(
          z
            .object({
              domain: z.union([starterDomainSchema, z.literal('pairs')]),
              images: z.int().min(1).max(1_000_000),
              weight,
              largestShift: z.number().min(0).max(1),
            })
            .strict(),
        )
        .min(1)
        .refine((pools) => new Set(pools.map(({ domain }) => domain)).size === pools.length, {
          message: 'must not repeat a domain',
        }),
      /** Each image is moved by up to so many pixels along each axis, anew in every step. */
      jitterPixels: z.int().min(0).max(8),
    })
    .strict(),
  z
    .object({
      from: z.literal('captions'),
      weights: z.array(weight).min(1),
      augmentation: augmentationSchema,
    })
    .strict(),
]);

/**
 * Trains an image and a text tower together on images with captions: the symmetric InfoNCE loss with all
 * equal captions of a batch as positives, and a learned logit scale. A batch holds equal shares of a few
 * sources, drawn by their weights, so that what it contrasts is alike. Weight decay acts on matrices only.
 *
 * Source: Radford et al. 2021, section 2.3.
 */
export const pretrainV2 = z
  .object({
    kind: z.literal('pretrain'),
    specVersion: z.literal(2),
    params: z
      .object({
        name: z.string().min(1).max(120),
        image: visionArchitectureSchema,
        /** `vocabularySize` is an upper bound: the words that captions have, the most frequent first. */
        text: textArchitectureSchema,
        preprocessing: preprocessingSchema,
        source: sourceSchema,
        /** How many different sources share a batch; divides the batch size. */
        sourcesPerBatch: z.int().min(1).max(64),
        /** The factor on cosine similarities before training, and its upper bound. */
        initialLogitScale: z.number().positive().max(1000),
        largestLogitScale: z.number().positive().max(1000),
        optimizer: adamWSchema,
        schedule: trainingScheduleSchema,
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z.object({ datasets: z.array(artifactIdSchema) }).strict(),
    seed: seedSchema,
  })
  .strict()
  .refine(({ params }) => params.image.featureSize === params.text.featureSize, {
    message: 'must be the same for both towers',
    path: ['params', 'text', 'featureSize'],
  })
  .refine(({ params }) => params.text.contextLength >= 3, {
    message: 'must leave room for a word between the start and the end',
    path: ['params', 'text', 'contextLength'],
  })
  .refine(({ params }) => params.text.vocabularySize > 3, {
    message: 'must leave room for a word beside the marks of start, end and unknown',
    path: ['params', 'text', 'vocabularySize'],
  })
  .refine(({ params }) => params.initialLogitScale <= params.largestLogitScale, {
    message: 'must not be above largestLogitScale',
    path: ['params', 'initialLogitScale'],
  })
  .refine(({ params }) => params.schedule.batchSize % params.sourcesPerBatch === 0, {
    message: 'must divide batchSize',
    path: ['params', 'sourcesPerBatch'],
  })
  .refine(({ params }) => params.sourcesPerBatch <= sourceCount(params.source), {
    message: 'must not be more than there are sources',
    path: ['params', 'sourcesPerBatch'],
  })
  .refine(
    ({ params: { source }, inputs }) =>
      inputs.datasets.length === (source.from === 'captions' ? source.weights.length : 0),
    {
      message: 'must be one dataset for each weight, and none for the starter',
      path: ['inputs', 'datasets'],
    },
  );

function sourceCount(source: z.infer<typeof sourceSchema>): number {
  return source.from === 'starter' ? source.pools.length : source.weights.length;
}
