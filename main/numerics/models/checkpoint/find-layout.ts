import { AppError } from '#contract/errors';

/** Whose names the tensors of a checkpoint have. */
export type CheckpointLayout = 'hugging-face' | 'open-clip' | 'numbered';

/** A layout, and what stands before its names in the file, for example `state_dict.`. */
export interface FoundLayout {
  readonly layout: CheckpointLayout;
  readonly prefix: string;
}

/** A name that every checkpoint of a layout has, and no other. */
const landmarks: Readonly<Record<CheckpointLayout, string>> = {
  'hugging-face': 'vision_model.embeddings.class_embedding',
  'open-clip': 'visual.class_embedding',
  numbered: 'params0.0',
};

/**
 * Recognizes the layout of a checkpoint by its names, and what wrappers they are in: a module in a module,
 * a state dict in a training checkpoint.
 *
 * @param names of the tensors
 * @param label of the file, for messages
 * @throws {AppError} `checkpoint_format` if no layout is found, or more than one place
 */
export function findLayout(names: Iterable<string>, label: string): FoundLayout {
  const found: FoundLayout[] = [];
  let count = 0;
  const examples: string[] = [];
  for (const name of names) {
    count++;
    if (examples.length < 3) examples.push(name);
    for (const [layout, landmark] of Object.entries(landmarks)) {
      if (name !== landmark && !name.endsWith(`.${landmark}`)) continue;
      found.push({ layout: layout as CheckpointLayout, prefix: name.slice(0, -landmark.length) });
    }
  }
  if (found.length === 1) return found[0];
  const problem =
    found.length > 1
      ? `holds ${found.length} image towers (below ${found.map(({ prefix }) => `"${prefix}"`).join(', ')}); only one can be read`
      : count === 0
        ? 'holds no tensors'
        : `has none of the names of a CLIP image tower; its ${count} tensors begin with ${examples.join(', ')}`;
  throw new AppError('checkpoint_format', `${label} ${problem}.`, { file: label });
}

/**
 * Takes the entries below a prefix, without it.
 *
 * @param entries by name
 * @param prefix what the names must begin with
 */
export function below<T>(entries: ReadonlyMap<string, T>, prefix: string): Map<string, T> {
  if (prefix === '') return new Map(entries);
  return new Map(
    [...entries].flatMap(([name, value]): [string, T][] =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}
