import type { ArtifactKind } from '#contract/events';
import type { RunSpec } from '#contract/specs/index';

/** An artifact that a spec names. */
export interface SpecInput {
  /** Where the spec names it: `model`, `tasks.0.head`. */
  readonly role: string;
  readonly id: string;
  readonly kind: ArtifactKind;
}

const kindOfField: Readonly<Partial<Record<string, ArtifactKind>>> = {
  model: 'model',
  dataset: 'dataset',
  datasets: 'dataset',
  head: 'head',
  taskVector: 'task-vector',
  taskVectors: 'task-vector',
  textEncoder: 'text-encoder',
  tokenizer: 'tokenizer',
  val: 'responses',
  test: 'responses',
};

/**
 * Lists the artifacts a spec needs, with the kind each must have.
 *
 * @param spec a valid spec
 * @returns one entry per place that names an artifact
 */
export function listSpecInputs(spec: RunSpec): SpecInput[] {
  const found: SpecInput[] = [];
  const visit = (value: unknown, path: readonly string[], field: string) => {
    if (typeof value === 'string') {
      const kind = kindOfField[field];
      if (kind !== undefined) found.push({ role: path.join('.'), id: value, kind });
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => visit(item, [...path, String(index)], field));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key], key);
    }
  };
  visit(spec.inputs, [], '');
  return found;
}
