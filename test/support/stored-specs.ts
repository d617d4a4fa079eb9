import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { retiredSpecs as retired } from '#contract/specs/index';

/** A run specification as an earlier or the present version of the program has stored it. */
export interface StoredSpec {
  /** Name of its file. */
  readonly name: string;
  readonly spec: Record<string, unknown>;
}

const folder = join(import.meta.dirname, '../contract/specs/fixtures');

/** Versions that the program does not execute any more. */
const retiredNames: readonly string[] = Object.entries(retired).flatMap(([kind, versions]) =>
  Object.keys(versions).map((version) => `${kind}.v${version}.json`),
);

const all: readonly StoredSpec[] = readdirSync(folder).map((name) => ({
  name,
  spec: JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>,
}));

/** A stored specification of every version of every kind that can still be executed. */
export const storedSpecs = all.filter(({ name }) => !retiredNames.includes(name));

/** A stored specification of every version that cannot. */
export const retiredSpecs = all.filter(({ name }) => retiredNames.includes(name));
