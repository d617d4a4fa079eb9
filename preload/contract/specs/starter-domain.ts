import { z } from 'zod';

/** The classification domains of the starter world. */
export const starterDomainSchema = z.enum([
  'cars',
  'textures',
  'satellite',
  'signs',
  'digits',
  'aerial',
  'scenes',
  'numbers',
  'objects',
  'letters',
]);
/** See {@link starterDomainSchema}. */
export type StarterDomain = z.infer<typeof starterDomainSchema>;
