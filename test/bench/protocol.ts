import { z } from 'zod';
import type { SizeName } from './sizes';

/** What is measured; every contestant has all of them. */
export const subjectNames = [
  'forward',
  'standard_gradient',
  'linear_gradient',
  'standard_step',
  'linear_step',
  'one_jvp',
  'eight_jvps',
] as const;
/** See {@link subjectNames}. */
export type SubjectName = (typeof subjectNames)[number];

/** Who is measured: the reference, and our two engines. */
export const contestantNames = ['pytorch', 'native', 'wasm'] as const;
/** See {@link contestantNames}. */
export type ContestantName = (typeof contestantNames)[number];

/** A line to a contestant: who are you, run this so often, or (to ours) run this and look at your memory. */
export type Request =
  | { readonly hello: true }
  | { readonly size: SizeName; readonly subject: SubjectName; readonly rounds: number }
  | { readonly size: SizeName; readonly subject: SubjectName; readonly memory: true };

/** Answer to the first request. */
export const helloSchema = z.object({
  /** The library that computes, with its version. */
  library: z.string(),
  threads: z.int(),
});
/** See {@link helloSchema}. */
export type Hello = z.infer<typeof helloSchema>;

/** Answer to a request for times. */
export const timesSchema = z.object({
  /** Seconds of each round. */
  times: z.array(z.number()),
  /** Which of its attention kernels PyTorch used. */
  attention: z.string().optional(),
});

/** Answer to a request for memory, in bytes. */
export const memorySchema = z.object({
  /** Largest resident memory of the process since the first gradient began. */
  peak: z.number(),
  /** How much of it came after parameters, tangent and pixels were there. */
  growth: z.number(),
  /** Most bytes that the engine's tensors took at once; null where the engine does not count all of them. */
  tensors: z.number().nullable(),
});
/** See {@link memorySchema}. */
export type Memory = z.infer<typeof memorySchema>;
