import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '#contract/errors';
import type { RenderedFolder } from '#contract/results';
import { parseRunSpec, type RunSpec } from '#contract/specs/index';
import {
  renderedFolderReferenceSchema,
  resourceReferenceSchema,
  stepOutputReferenceSchema,
  type StudyGraph,
  type StudyStep,
} from '#contract/study-template';

/** What earlier steps of a study have made. */
export interface StepOutputs {
  /** Artifact id of a step's output, or undefined if the step made none of that role. */
  artifact(stepId: string, role: string): string | undefined;
  /** What a `render-tasks` step wrote. */
  rendered(stepId: string): RenderedFolder | undefined;
  /** Path and fingerprint of a folder of the program's resources. */
  resource(name: string): { readonly path: string; readonly fingerprint: string } | undefined;
  /** Absolute path of the folder that holds rendered folders. */
  readonly renderedDirectory: string;
}

/**
 * Lists the steps whose outputs a step refers to.
 *
 * @param step a step of a template
 * @returns their ids, each once
 */
export function stepDependencies(step: StudyStep): string[] {
  const found = new Set<string>();
  mapReferences(step.spec, (reference) => {
    if ('of' in reference) found.add(reference.of);
    return null;
  });
  return [...found];
}

/**
 * Lists the folders of the program's resources that a step refers to.
 *
 * @param step a step of a template
 * @returns their names, each once
 */
export function stepResources(step: StudyStep): string[] {
  const found = new Set<string>();
  mapReferences(step.spec, (reference) => {
    if ('$resource' in reference) found.add(reference.$resource);
    return null;
  });
  return [...found];
}

/**
 * Says what tells a step from others of its kind: its mode, and the seed of what is trained.
 *
 * @param step a step of a template
 * @returns the coarsest first
 */
export function stepVariant({ spec }: StudyStep): string[] {
  const { params, seed } = variantSchema.parse(spec);
  const isTrained = params?.schedule !== undefined;
  return [
    ...(params?.mode === undefined ? [] : [params.mode]),
    ...(isTrained && seed !== undefined ? [`seed ${seed}`] : []),
  ];
}

const variantSchema = z.looseObject({
  params: z.looseObject({ mode: z.string().optional(), schedule: z.unknown() }).optional().catch(undefined),
  seed: z.number().optional().catch(undefined),
});

/**
 * Finds the model that a step computes with.
 *
 * @param step a step of a template
 * @returns its artifact id, or the reference to an earlier step's output; null if the step needs none
 */
export function stepModel({ spec }: StudyStep): string | { $output: string; of: string } | null {
  return modelSchema.parse(spec).inputs?.model ?? null;
}

const modelSchema = z.looseObject({
  inputs: z
    .looseObject({ model: z.union([z.string(), stepOutputReferenceSchema]).optional() })
    .optional()
    .catch(undefined),
});

/**
 * Checks that every step refers only to steps before it, so that the graph has no cycle.
 *
 * @param template a parsed template
 * @throws {AppError} `invalid_spec` naming the step
 */
export function checkStepOrder(template: StudyGraph): void {
  const known = new Set<string>();
  for (const step of template.steps) {
    if (known.has(step.id)) throw invalidStep(step.id, 'its id is used twice');
    for (const dependency of stepDependencies(step)) {
      if (!known.has(dependency))
        throw invalidStep(step.id, `it refers to ${dependency}, which is not before it`);
    }
    known.add(step.id);
  }
}

/**
 * Makes the run spec of a step by putting artifact ids and folders where the template has references.
 *
 * @param step the step
 * @param outputs what the steps before it have made
 * @returns a valid spec
 * @throws {AppError} `invalid_spec` if a reference names something that was not made, or the result is not valid
 */
export function resolveStep(step: StudyStep, outputs: StepOutputs): RunSpec {
  const spec = mapReferences(step.spec, (reference) => {
    if ('$output' in reference) {
      const id = outputs.artifact(reference.of, reference.$output);
      if (id === undefined) throw invalidStep(step.id, `${reference.of} has no output ${reference.$output}`);
      return id;
    }
    if ('$resource' in reference) {
      const resource = outputs.resource(reference.$resource);
      if (resource === undefined) throw invalidStep(step.id, `there is no resource ${reference.$resource}`);
      return resource[reference.property];
    }
    const name = reference.$renderedFolder;
    const task = outputs.rendered(reference.of)?.tasks.find((rendered) => rendered.name === name);
    if (task === undefined) throw invalidStep(step.id, `${reference.of} has no rendered folder ${name}`);
    return reference.property === 'folder' ? join(outputs.renderedDirectory, task.folder) : task.fingerprint;
  });
  return parseRunSpec(spec);
}

type Reference =
  | { $output: string; of: string }
  | { $resource: string; property: 'path' | 'fingerprint' }
  | { $renderedFolder: string; of: string; property: 'folder' | 'fingerprint' };

function mapReferences(value: unknown, replace: (reference: Reference) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapReferences(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  const output = stepOutputReferenceSchema.safeParse(value);
  if (output.success) return replace(output.data);
  const rendered = renderedFolderReferenceSchema.safeParse(value);
  if (rendered.success) return replace(rendered.data);
  const resource = resourceReferenceSchema.safeParse(value);
  if (resource.success) return replace(resource.data);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapReferences(item, replace)]));
}

function invalidStep(stepId: string, what: string): AppError {
  return new AppError('invalid_spec', `The study step ${stepId} is not valid: ${what}.`, { stepId });
}
