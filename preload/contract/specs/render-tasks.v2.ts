import { z } from 'zod';
import { seedSchema } from './common';
import { starterTaskSchema } from './starter-domain';

/** Draws tasks of the starter world as PNG folders in the layout that `import-dataset` reads. */
export const renderTasksV2 = z
  .object({
    kind: z.literal('render-tasks'),
    specVersion: z.literal(2),
    params: z
      .object({
        tasks: z
          .array(starterTaskSchema)
          .min(1)
          .refine((tasks) => new Set(tasks).size === tasks.length, 'must not repeat a task'),
        /** Images of each class in the splits `train` and `test`. */
        trainPerClass: z.int().min(1).max(10_000),
        testPerClass: z.int().min(1).max(10_000),
      })
      .strict(),
    inputs: z.object({}).strict(),
    seed: seedSchema,
  })
  .strict();
