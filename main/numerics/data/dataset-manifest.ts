import { z } from 'zod';
import { AppError } from '#contract/errors';
import { artifactIdSchema, fingerprintSchema, seedSchema } from '#contract/specs/common';
import { datasetFormatSchema } from '#contract/specs/dataset-format';
import { partAssignmentSchema } from '#contract/specs/import-dataset.v2';

const datasetFormat = 'tangent-dataset/1';

/** One encoded image inside a pack. */
const sampleSchema = z
  .object({
    /** Its name inside the source: a path with `/` on every system, or a number. */
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

/**
 * How the validation split came about: a part of the source, drawn from `train` by a seed, or the images of
 * `train` that a list names.
 */
const splitRecordSchema = z.discriminatedUnion('valOrigin', [
  z.object({ valOrigin: z.literal('folder') }).strict(),
  z
    .object({
      valOrigin: z.literal('train'),
      /** Which permutation was drawn; the first datasets had one of our own. */
      rule: z.enum(['torch-random-split', 'own-permutation']).default('own-permutation'),
      seed: seedSchema,
      valFraction: z.number().gt(0).lt(1),
      valCap: z.int().min(1),
    })
    .strict(),
  z.object({ valOrigin: z.literal('list'), fingerprint: fingerprintSchema }).strict(),
]);

const datasetManifestSchema = z
  .object({
    format: z.literal(datasetFormat),
    name: z.string().min(1),
    /** Format of the files, and the parts of them that make each split; absent in the first datasets. */
    source: z.object({ format: datasetFormatSchema, parts: partAssignmentSchema }).strict().optional(),
    /** Name of the published dataset that this is; absent or null for one's own. */
    known: z.string().nullable().optional(),
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
