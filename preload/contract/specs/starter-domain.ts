import { z } from 'zod';

/** The tasks of the starter world: the eight of the benchmark in the order of the paper's, and the control task. */
export const starterTaskSchema = z.enum([
  'cars',
  'textures',
  'satellite',
  'signs',
  'digits',
  'aerial',
  'scenes',
  'numbers',
  'objects',
]);
/** See {@link starterTaskSchema}. */
export type StarterTask = z.infer<typeof starterTaskSchema>;

/** What the starter world can draw with class labels; letters are seen in pre-training only. */
export const starterDomainSchema = z.enum([...starterTaskSchema.options, 'letters']);
/** See {@link starterDomainSchema}. */
export type StarterDomain = z.infer<typeof starterDomainSchema>;
