import { z } from 'zod';
import { runKindSchema } from './specs/index';

/** Stands in a template where a step needs an artifact that an earlier step makes. */
export const stepOutputReferenceSchema = z.object({ $output: z.string(), of: z.string() }).strict();

/**
 * Stands in a template where `import-dataset` needs a folder that a `render-tasks` step writes:
 * the folder's path and, under `fingerprint`, what it holds.
 */
export const renderedFolderReferenceSchema = z
  .object({ $renderedFolder: z.string(), of: z.string(), property: z.enum(['folder', 'fingerprint']) })
  .strict();

/** One step of a study: a run spec in which inputs may refer to outputs of earlier steps. */
export const studyStepSchema = z
  .object({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    title: z.string(),
    spec: z.looseObject({ kind: runKindSchema }),
  })
  .strict();
/** See {@link studyStepSchema}. */
export type StudyStep = z.infer<typeof studyStepSchema>;

/** A study as data: steps in an order in which each refers only to those before it. */
export const studyTemplateSchema = z
  .object({
    format: z.literal('tangent-study/1'),
    name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    title: z.string(),
    description: z.string(),
    steps: z.array(studyStepSchema).min(1),
  })
  .strict();
/** See {@link studyTemplateSchema}. */
export type StudyTemplate = z.infer<typeof studyTemplateSchema>;
