import { z } from 'zod';
import { AppError } from './errors';
import { datasetFormatSchema } from './specs/dataset-format';
import { partAssignmentSchema } from './specs/import-dataset.v2';

/** Stands in a prompt template where the name of a class goes. */
export const CLASS_PLACEHOLDER = '{class}';

/** Prompts in which the names of classes are embedded for a zero-shot head. */
export const promptTemplatesSchema = z
  .object({
    format: z.literal('tangent-prompt-templates/1'),
    /** Name of the list: that of its file. */
    name: z.string().regex(/^[a-z0-9]+$/),
    /** Where the wording was published; says UNCONFIRMED where it was not compared with that. */
    source: z.string().min(1),
    /** Each with the placeholder once. */
    templates: z.array(z.string().refine((text) => text.split(CLASS_PLACEHOLDER).length === 2)).min(1),
  })
  .strict();
/** See {@link promptTemplatesSchema}. */
export type PromptTemplates = z.infer<typeof promptTemplatesSchema>;

const promptName = z.string().min(1);

/** How the classes of a dataset are called in prompts; applied by {@link promptNames}. */
export const classNameRuleSchema = z.discriminatedUnion('rule', [
  /** By their names in the files. */
  z.object({ rule: z.literal('as-is') }).strict(),
  /** By their names in the files, with a space for every `_`. */
  z.object({ rule: z.literal('underscores-to-spaces') }).strict(),
  /** By the folder name without the letter in front (`a_apse_indoor`), with a space for every `_`. */
  z.object({ rule: z.literal('sun397') }).strict(),
  /** By a name for each name in the files. */
  z.object({ rule: z.literal('by-name'), names: z.record(z.string().min(1), promptName) }).strict(),
  /** By a name for each label, in label order. */
  z.object({ rule: z.literal('by-label'), names: z.array(promptName) }).strict(),
]);

/** Where the validation images come from. */
export const knownSplitSchema = z.discriminatedUnion('val', [
  /** Drawn from the training images with this seed: n_val = min(⌊fraction · n⌋, cap). */
  z
    .object({
      val: z.literal('from-train'),
      fraction: z.number().gt(0).lt(1),
      cap: z.int().min(1),
      seed: z.int().min(0),
    })
    .strict(),
  /** They are a part of their own. */
  z.object({ val: z.literal('own-part') }).strict(),
]);

/** What is known of a published dataset: its sizes, layouts, class names and how the literature uses it. */
export const knownDatasetSchema = z
  .object({
    format: z.literal('tangent-known-dataset/1'),
    /** Name in results and checkpoints of the reference implementation, such as `Cars`. */
    name: z.string().regex(/^[A-Za-z0-9]+$/),
    title: z.string().min(1),
    /** Other names and usual folder names, in lower case. */
    aliases: z.array(z.string().regex(/^[^A-Z]+$/)),
    /** C */
    classCount: z.int().min(2),
    /** Images of the official splits as they are used, before validation images are drawn; null where there is none. */
    counts: z
      .object({ train: z.int().min(1), val: z.int().min(1).nullable(), test: z.int().min(1) })
      .strict(),
    split: knownSplitSchema,
    /** Which parts make each split, for the formats and layouts that are usual. */
    parts: z.partialRecord(datasetFormatSchema, partAssignmentSchema),
    classNames: classNameRuleSchema,
    /** Name of its prompt templates. */
    templates: z.string().min(1),
    /** Training epochs of the reference implementation, and where they are from. */
    finetuning: z.object({ epochs: z.int().min(1), source: z.string().min(1) }).strict(),
    /** Numbers of tasks of the suites that it belongs to. */
    suites: z.array(z.union([z.literal(8), z.literal(14), z.literal(20)])),
    /** Whether it is the control task of task negation. */
    control: z.boolean(),
    /** What one should know before comparing numbers; empty if nothing. */
    note: z.string(),
    /** What is known of its terms. */
    license: z.string().min(1),
    /** What to get, and where. */
    download: z.string().min(1),
  })
  .strict()
  .refine(
    ({ classNames, classCount }) => classNames.rule !== 'by-label' || classNames.names.length === classCount,
    { error: 'there must be one name for each label', path: ['classNames'] },
  )
  .refine(
    ({ classNames, classCount }) =>
      classNames.rule !== 'by-name' || new Set(Object.values(classNames.names)).size === classCount,
    { error: 'there must be one name for each class', path: ['classNames'] },
  );
/** See {@link knownDatasetSchema}. */
export type KnownDataset = z.infer<typeof knownDatasetSchema>;

/**
 * Finds a published dataset by its name or one of its other names, without regard to case.
 *
 * @returns undefined if none is called so
 */
export function findByName(datasets: readonly KnownDataset[], name: string): KnownDataset | undefined {
  const wanted = name.trim().toLowerCase();
  return datasets.find((known) => known.name.toLowerCase() === wanted || known.aliases.includes(wanted));
}

/** Prompts for the zero-shot head of one dataset. */
export const datasetPromptsSchema = z.object({
  /** The published dataset that it is; null for one's own. */
  known: z.string().nullable(),
  templates: z.array(z.string()),
  /** What each class is called in prompts, in the order of its labels. */
  promptNames: z.array(z.string()),
});
/** See {@link datasetPromptsSchema}. */
export type DatasetPrompts = z.infer<typeof datasetPromptsSchema>;

/**
 * Returns what the classes of a dataset are called in prompts.
 *
 * Names are compared without regard to case, spaces and punctuation. Under the rule `by-label`, classes
 * that have the listed names or are numbered are matched by that, whatever their order; others are taken
 * in their order, unless a listed name among them stands at another place.
 *
 * @param known the published dataset
 * @param classes C names of the classes in the files, in label order
 * @returns C names for prompts, in the same order
 * @throws {AppError} `class_mismatch` if a class has no name under the rule, or there are not C of them
 */
export function promptNames(known: KnownDataset, classes: readonly string[]): string[] {
  const { classNames: rule } = known;
  switch (rule.rule) {
    case 'as-is':
      return [...requireNames(known, classes)];
    case 'underscores-to-spaces':
      return requireNames(known, classes).map((name) => name.replaceAll('_', ' '));
    case 'sun397':
      return requireNames(known, classes).map((name) =>
        name.replace(/^\/?([a-z])[_/](?=\1)/, '').replace(/[_/]/g, ' '),
      );
    case 'by-name':
      return namesByName(known, rule.names, classes);
    case 'by-label':
      return namesByLabel(known, rule.names, classes);
  }
}

/**
 * Puts the name of a class into every template.
 *
 * @param templates prompts with `{class}`
 * @param className what the class is called in prompts
 */
export function renderPrompts(templates: readonly string[], className: string): string[] {
  return templates.map((template) => template.replaceAll(CLASS_PLACEHOLDER, () => className));
}

/** Numbers are no names: a prompt with one would mean nothing. */
function requireNames(known: KnownDataset, classes: readonly string[]): readonly string[] {
  if (classes.every(isNumber)) {
    throw mismatch(known, 'the files have numbers for its classes, and no names', classes[0] ?? '');
  }
  return classes;
}

function namesByName(
  known: KnownDataset,
  names: Readonly<Record<string, string>>,
  classes: readonly string[],
): string[] {
  const found = new Map(Object.values(names).map((name) => [simplify(name), name]));
  for (const [key, name] of Object.entries(names)) found.set(simplify(key), name);
  return classes.map((className) => {
    const name = found.get(simplify(className));
    if (name === undefined) throw mismatch(known, `"${className}" is none of its classes`, className);
    return name;
  });
}

function namesByLabel(known: KnownDataset, names: readonly string[], classes: readonly string[]): string[] {
  if (classes.length !== names.length) {
    throw mismatch(known, `it has ${names.length} classes, and here are ${classes.length}`, '');
  }
  const listed = new Map(names.map((name) => [simplify(name), name]));
  const matches = classes.map((className) => listed.get(simplify(className)));
  const found = matches.filter((name) => name !== undefined);
  if (found.length === classes.length) return found;
  if (found.length === 0 && classes.every(isNumber)) return namesByNumber(known, names, classes);
  const stray = matches.findIndex((name, label) => name !== undefined && name !== names[label]);
  if (stray >= 0) {
    const problem = `"${classes[stray]}" is not class ${stray} of it, and not all its classes have the usual names`;
    throw mismatch(known, problem, classes[stray]);
  }
  return [...names];
}

/** Classes numbered from 0 or from 1, in any order. */
function namesByNumber(known: KnownDataset, names: readonly string[], classes: readonly string[]): string[] {
  const numbers = classes.map(Number);
  const first = Math.min(...numbers);
  if (first > 1 || new Set(numbers).size !== names.length || Math.max(...numbers) - first >= names.length) {
    throw mismatch(known, 'its classes are not numbered from 0 or 1 without a gap', classes[0]);
  }
  return numbers.map((number) => names[number - first]);
}

function isNumber(className: string): boolean {
  return /^\d+$/.test(className);
}

function simplify(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function mismatch(known: KnownDataset, problem: string, className: string): AppError {
  return new AppError('class_mismatch', `The classes are not those of ${known.name}: ${problem}.`, {
    dataset: known.name,
    class: className,
  });
}
