import { z } from 'zod';
import { AppError } from '#contract/errors';
import { artifactIdSchema, seedSchema } from '#contract/specs/common';

const datasetFormat = 'tangent-dataset/1';

/** One encoded image inside a pack. */
const sampleSchema = z
  .object({
    /** Path inside the imported folder, with `/` on every system. */
    name: z.string().min(1),
    /** 0-based index into `classes`. */
    label: z.int().min(0),
    /** First byte of the encoded file in the pack, and its length in bytes. */
    offset: z.int().min(0),
    length: z.int().min(1),
    /** SHA-256 of the encoded file, lower-case hexadecimal. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .strict();

const splitSchema = z
  .object({
    /** The pack that holds the encoded images; `null` exactly where the split has none. */
    packArtifact: artifactIdSchema.nullable(),
    samples: z.array(sampleSchema),
  })
  .strict()
  .refine((split) => (split.packArtifact === null) === (split.samples.length === 0), {
    message: 'must name a pack exactly if it has samples',
    path: ['packArtifact'],
  });

/** How the validation split came about: from the folder, or drawn from `train` by a seeded permutation. */
const splitRecordSchema = z.discriminatedUnion('valOrigin', [
  z.object({ valOrigin: z.literal('folder') }).strict(),
  z
    .object({
      valOrigin: z.literal('train'),
      seed: seedSchema,
      valFraction: z.number().gt(0).lt(1),
      valCap: z.int().min(1),
    })
    .strict(),
]);

const datasetManifestSchema = z
  .object({
    format: z.literal(datasetFormat),
    name: z.string().min(1),
    /** Class names; a sample's label is an index into this list. */
    classes: z.array(z.string().min(1)).min(2),
    /** Extremes over all images as stored, in pixels. */
    imageSize: z
      .object({
        minWidth: z.int().min(1),
        maxWidth: z.int().min(1),
        minHeight: z.int().min(1),
        maxHeight: z.int().min(1),
      })
      .strict(),
    splits: z.object({ train: splitSchema, val: splitSchema, test: splitSchema }).strict(),
    splitRecord: splitRecordSchema,
  })
  .strict()
  .refine(
    ({ classes, splits }) =>
      Object.values(splits).every((split) => split.samples.every((s) => s.label < classes.length)),
    { message: 'holds a label without a class', path: ['splits'] },
  );

/** Content of a `dataset` artifact: which bytes of which pack are which image of which class. */
export type DatasetManifest = z.infer<typeof datasetManifestSchema>;

/** One encoded image inside a pack: `name`, `label` (0-based), `offset` and `length` in bytes, `sha256`. */
export type DatasetSample = z.infer<typeof sampleSchema>;

/** How the validation split of a dataset came about. */
export type SplitRecord = z.infer<typeof splitRecordSchema>;

/**
 * Reads a dataset manifest from the text of a `dataset` artifact.
 *
 * @param text JSON text
 * @returns the validated manifest
 * @throws {AppError} `artifact_damaged` if the text is not JSON or a field is wrong;
 *   `wrong_artifact_kind` if it is JSON of another format
 */
export function parseDatasetManifest(text: string): DatasetManifest {
  const content = parseJson(text);
  if (!hasDatasetFormat(content)) {
    throw new AppError('wrong_artifact_kind', `The artifact is not a dataset manifest (${datasetFormat}).`);
  }
  const parsed = datasetManifestSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue.path.join('.');
    throw new AppError(
      'artifact_damaged',
      `The dataset manifest is damaged at "${field}": ${issue.message}.`,
      {
        field,
      },
    );
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('artifact_damaged', 'The dataset manifest is not JSON.', {}, { cause });
  }
}

function hasDatasetFormat(content: unknown): boolean {
  return (
    typeof content === 'object' && content !== null && 'format' in content && content.format === datasetFormat
  );
}
