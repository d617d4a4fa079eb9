import { z } from 'zod';
import { plainErrorSchema } from './errors';

/**
 * Makes the schema of how long work of the host stands, of which there is one at a time.
 *
 * @param progress how far it is
 * @param result what came of it
 */
export function jobStateSchema<P extends z.ZodType, R extends z.ZodType>(progress: P, result: R) {
  return z.discriminatedUnion('state', [
    /** Nobody has asked for it since the host was started. */
    z.object({ state: z.literal('idle') }),
    z.object({ state: z.literal('running'), progress: progress.nullable() }),
    z.object({ state: z.literal('finished'), result }),
    z.object({ state: z.literal('failed'), error: plainErrorSchema }),
    z.object({ state: z.literal('stopped') }),
  ]);
}
