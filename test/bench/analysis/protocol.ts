import { z } from 'zod';

/**
 * What is measured. `linear_cells` and `network_cells` measure a few cells of a map, `linear_map` the whole map from
 * responses that are there, `linear_map_whole` with the responses too, `gram` 200 images × 10 classes.
 */
export const subjectNames = [
  'linear_cells',
  'linear_map',
  'linear_map_whole',
  'network_cells',
  'gram',
  'lab_question',
] as const;
/** See {@link subjectNames}. */
export type SubjectName = (typeof subjectNames)[number];

/** Cells that are measured at once; a map is as many times longer. */
export const CELLS = 2;

/** What a contestant is asked. */
export type Request =
  | { readonly hello: true }
  | { readonly subject: SubjectName; readonly times: number }
  /** Writes the Gram matrices into the folder, 10 × 200 × 200 float64. */
  | { readonly write: 'gram' }
  | { readonly memory: 'gram' };

export const timesSchema = z.object({ times: z.array(z.number()) });
export const writtenSchema = z.object({ path: z.string() });
export const memorySchema = z.object({ growth: z.number() });
