import { z } from 'zod';

/**
 * Who can do something about an error: `user` (mend the input), `environment` (disk, memory, a
 * missing file: mend it and try again) or `bug` (an invariant of ours broke: report it).
 */
export const errorKindSchema = z.enum(['user', 'environment', 'bug']);
/** See {@link errorKindSchema}. */
export type ErrorKind = z.infer<typeof errorKindSchema>;

interface CatalogueEntry {
  readonly kind: ErrorKind;
  /** What the user can do about it, in one sentence. */
  readonly advice: string;
}

/**
 * The closed list of error codes. The message of an error says what happened in this case; the
 * advice belongs to the code and says what to do about it.
 */
export const errorCatalogue = {
  invalid_input: { kind: 'user', advice: 'Correct the value that is named and try again.' },
  invalid_spec: {
    kind: 'user',
    advice:
      'Correct the fields that are named; "tangent show <run> --spec" prints a valid run specification.',
  },
  retired_spec: {
    kind: 'user',
    advice:
      'What the run made is still in the catalog; to execute it again, use the version of the program that made it.',
  },
  unknown_run: { kind: 'user', advice: 'List the runs with "tangent runs" and use one of their ids.' },
  unknown_artifact: {
    kind: 'user',
    advice: 'Use an artifact id or a unique beginning of one; "tangent show <run>" lists them.',
  },
  study_not_ready: {
    kind: 'user',
    advice: 'Import what is missing and start the study again; "tangent study check <template>" lists it.',
  },
  study_unmeasured: {
    kind: 'user',
    advice:
      'Wait until the first addition or negation has finished; "tangent study status" shows how far the study is.',
  },
  unknown_report: { kind: 'user', advice: 'List the saved reports with "tangent report list".' },
  nothing_to_show: {
    kind: 'user',
    advice: 'Wait until the runs that measure it have finished, or choose another figure or table.',
  },
  unknown_study: { kind: 'user', advice: 'List the study templates with "tangent study list".' },
  ambiguous_id: { kind: 'user', advice: 'Give more characters of the id.' },
  wrong_state: { kind: 'user', advice: 'Look at the state of the run with "tangent show <run>".' },
  wrong_artifact_kind: {
    kind: 'user',
    advice: 'Pass an artifact of the kind that is asked for; "tangent show <run>" lists kinds.',
  },
  source_changed: {
    kind: 'user',
    advice: 'Import the source again: its files are not those that this specification describes.',
  },
  source_missing: { kind: 'user', advice: 'Check the path; it must exist and be readable.' },
  dataset_layout: {
    kind: 'user',
    advice:
      'Arrange the files as the format has them ("tangent import dataset --help" lists the layouts), or name another --format.',
  },
  dataset_format: {
    kind: 'user',
    advice: 'Check that the file is complete and undamaged; copy or download it again if in doubt.',
  },
  dataset_refused_files: {
    kind: 'user',
    advice: 'Mend or remove the files that are named, or import without --all-or-nothing to leave them out.',
  },
  class_mismatch: {
    kind: 'user',
    advice: 'Use a head that was made for this dataset, or rename the class folders to agree.',
  },
  checkpoint_format: {
    kind: 'user',
    advice:
      'Check that the file is complete and of a format that is read ("tangent import model --help" lists them); copy or download it again if in doubt.',
  },
  params_mismatch: {
    kind: 'user',
    advice: 'Use parameters that belong to the same architecture and the same pre-trained model.',
  },
  non_finite_params: {
    kind: 'user',
    advice: 'The file holds NaN or infinite weights; take them from an intact checkpoint.',
  },
  non_finite_features: {
    kind: 'user',
    advice: 'Use smaller scaling coefficients, or check the model and the task vectors that were added.',
  },
  diverged: {
    kind: 'user',
    advice: 'Lower the learning rate, lengthen the warm-up, or tighten the gradient clipping.',
  },
  data_directory_in_use: {
    kind: 'environment',
    advice: 'Use the window or command that owns the directory, end it, or pass another --data-dir.',
  },
  data_directory_unusable: {
    kind: 'environment',
    advice: 'Pass a --data-dir in which this user may create files.',
  },
  data_directory_newer: {
    kind: 'environment',
    advice: 'This directory was written by a newer version of Tangent Workbench; update the program.',
  },
  catalog_damaged: {
    kind: 'environment',
    advice: 'Restore the file from a backup, or move it away to begin a new catalog; the artifacts stay.',
  },
  artifact_damaged: {
    kind: 'environment',
    advice: 'The stored file is missing or altered; run what made it again, or restore it from a backup.',
  },
  engine_unavailable: {
    kind: 'environment',
    advice: 'Run "tangent doctor" to see which engines were found and why others were refused.',
  },
  engine_install_failed: {
    kind: 'environment',
    advice: 'Mend what is named and run "tangent engine install" again: it continues where it stopped.',
  },
  insufficient_memory: {
    kind: 'environment',
    advice: 'Use a smaller batch, close other programs, or run on a machine with more memory.',
  },
  run_interrupted: {
    kind: 'environment',
    advice: 'Resume the run: it continues from its last checkpoint.',
  },
  worker_crashed: {
    kind: 'environment',
    advice:
      'Resume the run: it continues from its last checkpoint. If its worker dies again, look at memory.',
  },
  lab_ended: {
    kind: 'environment',
    advice: 'Ask again: the lab opens anew. If it ends again, take fewer images or look at memory.',
  },
  job_under_way: { kind: 'user', advice: 'Wait until it has ended, or stop it first.' },
  plan_outdated: { kind: 'user', advice: 'Look again at what can be removed, and confirm that.' },
  disk_full: { kind: 'environment', advice: 'Free some space; finished work is kept. Then resume the run.' },
  connection_lost: {
    kind: 'environment',
    advice: 'The host that owns the data directory has gone; start it again.',
  },
  not_built: { kind: 'environment', advice: 'Run "npm run build" in the project folder.' },
  internal: { kind: 'bug', advice: 'This is a mistake of ours; please report it with the details.' },
} as const satisfies Record<string, CatalogueEntry>;

/** One of the closed list of error codes. */
export type ErrorCode = keyof typeof errorCatalogue;

/** Facts about one error (names, paths, numbers); plain JSON values only. */
export type ErrorData = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

const errorCodeSchema = z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]);

/** An error reduced to plain data, as it crosses processes and is stored with a failed run. */
export const plainErrorSchema = z.object({
  code: errorCodeSchema,
  kind: errorKindSchema,
  message: z.string(),
  advice: z.string(),
  data: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string()).readonly()]),
  ),
  stack: z.string().optional(),
});
/** See {@link plainErrorSchema}. */
export type PlainError = z.infer<typeof plainErrorSchema>;

/** The one error class of the project: a code from a closed list, a message, facts, and advice. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly data: ErrorData;

  /**
   * @param code what kind of thing happened
   * @param message what happened in this case, naming the file, parameter or value
   * @param data the facts of the message as values
   * @param options the error that caused this one
   */
  constructor(code: ErrorCode, message: string, data: ErrorData = {}, options?: ErrorOptions) {
    super(errorCatalogue[code].kind === 'bug' ? `internal: ${message}` : message, options);
    this.name = 'AppError';
    this.code = code;
    this.data = data;
  }

  /** Who can do something about it. */
  get kind(): ErrorKind {
    return errorCatalogue[this.code].kind;
  }

  /** What to do about it, in one sentence. */
  get advice(): string {
    return errorCatalogue[this.code].advice;
  }
}

/**
 * Reduces anything thrown to plain data. Errors that are not ours become `disk_full` where the
 * system says so and `internal` otherwise, with the cause kept in the message.
 *
 * @param thrown what was caught
 * @returns data that can cross a process boundary or be stored
 */
export function toPlainError(thrown: unknown): PlainError {
  const error = thrown instanceof AppError ? thrown : wrapForeign(thrown);
  return {
    code: error.code,
    kind: error.kind,
    message: error.message,
    advice: error.advice,
    data: { ...error.data },
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}

/**
 * Rebuilds the error that {@link toPlainError} reduced.
 *
 * @param plain the reduced error
 * @returns an `AppError` with the original code, message, data and stack
 */
export function fromPlainError(plain: PlainError): AppError {
  const error = new AppError(plain.code, '', plain.data);
  error.message = plain.message;
  if (plain.stack !== undefined) error.stack = plain.stack;
  return error;
}

function wrapForeign(thrown: unknown): AppError {
  if (!(thrown instanceof Error)) return new AppError('internal', `thrown: ${String(thrown)}`);
  const systemCode = (thrown as Error & { code?: unknown }).code;
  const code = systemCode === 'ENOSPC' || systemCode === 'SQLITE_FULL' ? 'disk_full' : 'internal';
  const wrapped = new AppError(code, thrown.message, {}, { cause: thrown });
  if (thrown.stack !== undefined) wrapped.stack = thrown.stack;
  return wrapped;
}

/**
 * Closes an exhaustive switch: does not compile while a case is missing.
 *
 * @param value the value that has no cases left
 * @throws {AppError} `internal` if the types were wrong at run time
 */
export function assertNever(value: never): never {
  throw new AppError('internal', `unexpected case ${JSON.stringify(value)}`);
}
