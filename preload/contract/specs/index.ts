import { z } from 'zod';
import { AppError } from '../errors';
import { canonicalJson } from '../canonical-json';
import { applyV1 } from './apply.v1';
import { classHeadV1 } from './class-head.v1';
import { disentanglementV1 } from './disentanglement.v1';
import { editAddV2 } from './edit-add.v2';
import { editCombineV1 } from './edit-combine.v1';
import { editMergeV1 } from './edit-merge.v1';
import { editNegateV1 } from './edit-negate.v1';
import { editSearchV1 } from './edit-search.v1';
import { evaluateV1 } from './evaluate.v1';
import { finetuneFromV1, finetuneV2 } from './finetune.v2';
import { forecastV1 } from './forecast.v1';
import { exportModelV1 } from './export-model.v1';
import { importDatasetFromV1, importDatasetV2 } from './import-dataset.v2';
import { importHeadV1 } from './import-head.v1';
import { importModelFromV1, importModelFromV2, importModelV3 } from './import-model.v3';
import { importTaskVectorV1 } from './import-task-vector.v1';
import { initializeModelV1 } from './initialize-model.v1';
import { inspectV1 } from './inspect.v1';
import { kernelPredictorV1 } from './kernel-predictor.v1';
import { ntkV1 } from './ntk.v1';
import { pretrainV2 } from './pretrain.v2';
import { renderTasksV2 } from './render-tasks.v2';
import { responsesV1 } from './responses.v1';
import { zeroShotHeadV1 } from './zero-shot-head.v1';

/** The newest schema of every kind of run. */
export const runSpecSchemas = {
  'import-dataset': importDatasetV2,
  'import-model': importModelV3,
  'import-task-vector': importTaskVectorV1,
  'import-head': importHeadV1,
  'render-tasks': renderTasksV2,
  'class-head': classHeadV1,
  'zero-shot-head': zeroShotHeadV1,
  pretrain: pretrainV2,
  finetune: finetuneV2,
  evaluate: evaluateV1,
  'initialize-model': initializeModelV1,
  'edit-add': editAddV2,
  'edit-negate': editNegateV1,
  'edit-merge': editMergeV1,
  'edit-combine': editCombineV1,
  responses: responsesV1,
  'edit-search': editSearchV1,
  disentanglement: disentanglementV1,
  ntk: ntkV1,
  'kernel-predictor': kernelPredictorV1,
  apply: applyV1,
  forecast: forecastV1,
  'export-model': exportModelV1,
  inspect: inspectV1,
} as const;

/** The kinds of run. */
export type RunKind = keyof typeof runSpecSchemas;
/** See {@link RunKind}. */
export const runKindSchema = z.enum(Object.keys(runSpecSchemas) as [RunKind, ...RunKind[]]);

/** The request for a run of one kind, all defaults resolved; its canonical JSON is its identity. */
export type RunSpecOf<K extends RunKind> = z.infer<(typeof runSpecSchemas)[K]>;

/** The request for a run of any kind. */
export const runSpecSchema = z.discriminatedUnion('kind', [
  importDatasetV2,
  importModelV3,
  importTaskVectorV1,
  importHeadV1,
  renderTasksV2,
  classHeadV1,
  zeroShotHeadV1,
  pretrainV2,
  finetuneV2,
  evaluateV1,
  initializeModelV1,
  editAddV2,
  editNegateV1,
  editMergeV1,
  editCombineV1,
  responsesV1,
  editSearchV1,
  disentanglementV1,
  ntkV1,
  kernelPredictorV1,
  applyV1,
  forecastV1,
  exportModelV1,
  inspectV1,
]);
/** See {@link runSpecSchema}. */
export type RunSpec = z.infer<typeof runSpecSchema>;

/**
 * One step of a migration chain: takes a stored spec of version n of a kind and returns version
 * n + 1. Pure; old versions stay in the tests as fixtures.
 */
export type SpecMigration = (spec: Record<string, unknown>) => Record<string, unknown>;

/** For every kind, the migrations from version 1 on, in order. */
export type SpecMigrations = Readonly<Partial<Record<RunKind, readonly SpecMigration[]>>>;

/** Migrations of this program; a kind at its first version has none. */
export const specMigrations: SpecMigrations = {
  'import-dataset': [importDatasetFromV1],
  'import-model': [importModelFromV1, importModelFromV2],
  finetune: [finetuneFromV1],
};

/**
 * Versions whose meaning no later version can express: runs of them stay in the catalog with all they made,
 * and cannot be executed again.
 */
export const retiredSpecs: Readonly<Partial<Record<RunKind, Readonly<Record<number, string>>>>> = {
  pretrain: {
    1: 'it trained an image tower on tasks with frozen heads, and now both towers are trained on captions',
  },
  'edit-add': { 1: 'it did not measure the sum at α = 1' },
  'render-tasks': { 1: 'it drew other pictures of an earlier, smaller starter' },
};

/**
 * Parses a run spec of any known version and brings it to the newest one.
 *
 * @param input parsed JSON from a file, a message or a database row
 * @param migrations the chain of migrations; the default is the program's own
 * @returns the valid spec
 * @throws {AppError} `retired_spec` for a version that cannot be executed any more; `invalid_spec` naming
 *   every offending field
 */
export function parseRunSpec(input: unknown, migrations: SpecMigrations = specMigrations): RunSpec {
  const result = runSpecSchema.safeParse(migrate(input, migrations));
  if (result.success) return result.data;
  throw new AppError('invalid_spec', `The run specification is not valid: ${describeIssues(result.error)}`, {
    issues: result.error.issues.map(describeIssue),
  });
}

/** Parses as {@link parseRunSpec} does, and returns null for a version that cannot be executed any more. */
export function parseRunSpecUnlessRetired(input: unknown): RunSpec | null {
  try {
    return parseRunSpec(input);
  } catch (error) {
    if (error instanceof AppError && error.code === 'retired_spec') return null;
    throw error;
  }
}

/**
 * Returns the text whose hash is the identity of a spec.
 *
 * @param spec a valid spec
 * @returns canonical JSON
 */
export function runSpecText(spec: RunSpec): string {
  return canonicalJson(spec);
}

/**
 * Names every offending field of a failed validation in one line.
 *
 * @param error what zod found
 * @returns for example `params.schedule.steps: Too small; seed: Invalid input`
 */
export function describeIssues(error: z.ZodError): string {
  return error.issues.map(describeIssue).join('; ');
}

function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path.length === 0 ? 'specification' : issue.path.join('.')}: ${issue.message}`;
}

const versionedSchema = z.looseObject({
  kind: z.string(),
  specVersion: z.int().min(1),
  params: z.looseObject({}),
});

function migrate(input: unknown, migrations: SpecMigrations): unknown {
  const versioned = versionedSchema.safeParse(input);
  if (!versioned.success) return input;
  const kind = runKindSchema.safeParse(versioned.data.kind);
  if (!kind.success) return input;
  const { specVersion } = versioned.data;
  const reason = retiredSpecs[kind.data]?.[specVersion];
  if (reason !== undefined) {
    throw new AppError(
      'retired_spec',
      `Version ${specVersion} of ${kind.data} specifications is no longer executed: ${reason}.`,
      { kind: kind.data, specVersion },
    );
  }
  const chain = migrations[kind.data] ?? [];
  return chain
    .slice(specVersion - 1)
    .reduce<Record<string, unknown>>((spec, step) => step(spec), versioned.data);
}
