import { z } from 'zod';
import { AppError } from '#contract/errors';
import type { EvaluationMode } from '#contract/specs/common';
import { methodFiles, ZERO_SHOT_FILE } from './file-names';

const topSchema = z.number().min(0).max(1);
const metricsSchema = z.record(z.string(), z.number().nullable());
const sweepSchema = z.record(
  z
    .string()
    .refine((key) => key.trim() !== '' && Number.isFinite(Number(key)), 'must be a scaling coefficient'),
  metricsSchema,
);
const accuraciesSchema = z.record(z.string(), topSchema);
const additionsSchema = z.object({ test: metricsSchema, val: sweepSchema });
const negationsSchema = z.record(
  z.string(),
  z.object({ test: topSchema, test_control: topSchema, val: sweepSchema }),
);

/** Accuracies by the name of a task (test) or of its validation split, and where they were read. */
export interface AccuracyFile {
  readonly file: string;
  readonly content: Readonly<Record<string, number>>;
}

/** Values by α, which is the text of a float, and by metric, such as `CarsVal:top1`. */
export type SweepContent = z.infer<typeof sweepSchema>;

/** What of one method is there, by the names of its files; null for a file that is missing. */
export interface MethodContent {
  readonly method: EvaluationMode;
  readonly names: ReturnType<typeof methodFiles>;
  readonly single: AccuracyFile | null;
  readonly additions: z.infer<typeof additionsSchema> | null;
  readonly negations: z.infer<typeof negationsSchema> | null;
}

/**
 * Parses the result files of a folder.
 *
 * @param files file name → JSON text; other files are not looked at
 * @returns methods that have at least one file
 * @throws {AppError} `invalid_input` naming the file and the fields that are wrong
 */
export function parseFiles(files: Readonly<Record<string, string>>): {
  zeroShot: AccuracyFile | null;
  methods: MethodContent[];
} {
  const accuracies = (file: string): AccuracyFile | null => {
    const content = parseFile(files, file, accuraciesSchema);
    return content === null ? null : { file, content };
  };
  const methods = (['standard', 'posthoc', 'linear'] as const).map((method) => {
    const names = methodFiles(method);
    return {
      method,
      names,
      single: accuracies(names.single),
      additions: parseFile(files, names.additions, additionsSchema),
      negations: parseFile(files, names.negations, negationsSchema),
    };
  });
  return {
    zeroShot: accuracies(ZERO_SHOT_FILE),
    methods: methods.filter(
      ({ single, additions, negations }) => single !== null || additions !== null || negations !== null,
    ),
  };
}

function parseFile<S extends z.ZodType>(
  files: Readonly<Record<string, string>>,
  file: string,
  schema: S,
): z.output<S> | null {
  if (!Object.hasOwn(files, file)) return null;
  let value: unknown;
  try {
    value = JSON.parse(files[file]);
  } catch (cause) {
    throw new AppError('invalid_input', `${file} is not JSON.`, { file }, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw wrongField(file, path.map(String), message);
}

/** The error for a field of a file that is missing or wrong; its path is told as `val / 0.05 / CarsVal:top1`. */
export function wrongField(file: string, path: readonly string[], problem: string): AppError {
  const field = path.length === 0 ? 'content' : path.join(' / ');
  return new AppError('invalid_input', `${file}: ${field}: ${problem}`, { file, field });
}
