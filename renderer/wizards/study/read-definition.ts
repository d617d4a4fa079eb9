import { studyTemplateSchema, type StudyTemplate } from '#contract/study-template';

/** Something that is wrong with a text. */
export interface DefinitionProblem {
  /** From 1; null where it is wrong as a whole. */
  readonly line: number | null;
  /** Path of the field, such as `benchmark.tasks.2.name`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/**
 * Reads a definition of a study from JSON text.
 *
 * @returns the definition, or everything that is wrong with it and where
 */
export function readDefinition(
  text: string,
): { readonly definition: StudyTemplate } | { readonly problems: readonly DefinitionProblem[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(message);
    const line = position === null ? null : lineAt(text, Number(position[1]));
    return { problems: [{ line, path: '', message: `This is not JSON: ${message}` }] };
  }
  const parsed = studyTemplateSchema.safeParse(json);
  if (parsed.success) return { definition: parsed.data };
  const places = locateFields(text);
  return {
    problems: parsed.error.issues.map(({ path, message }) => {
      // What is missing is wrong where it should stand.
      const known = path.findLastIndex((_, end) => places.has(path.slice(0, end + 1).join('.')));
      const offset = places.get(path.slice(0, known + 1).join('.'));
      return {
        line: offset === undefined ? null : lineAt(text, offset),
        path: path.join('.'),
        message,
      };
    }),
  };
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/**
 * Finds where each value of a JSON text begins, by its path.
 *
 * @param text valid JSON
 */
function locateFields(text: string): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const token = /\s*("(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+)/y;
  const next = (): string => token.exec(text)?.[1] ?? '';
  const peek = (): string => {
    const { lastIndex } = token;
    const found = next();
    token.lastIndex = lastIndex;
    return found;
  };
  const read = (path: string): void => {
    places.set(path, token.lastIndex + /^\s*/.exec(text.slice(token.lastIndex))![0].length);
    const opening = next();
    if (opening !== '{' && opening !== '[') return;
    const closing = opening === '{' ? '}' : ']';
    for (let item = 0; peek() !== closing; item++) {
      let name = String(item);
      if (opening === '{') {
        name = JSON.parse(next()) as string;
        next();
      }
      read(path === '' ? name : `${path}.${name}`);
      if (peek() === ',') next();
    }
    next();
  };
  read('');
  return places;
}
