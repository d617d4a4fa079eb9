import type { BenchmarkResults } from '#contract/benchmark-results';
import type { EnvironmentRecord } from '#contract/events';
import type { StudyGraph } from '#contract/study-template';
import type { ReportContent } from '../report-content';

/** A run with what it was asked for and what it was executed with. */
export interface BundledRun {
  /** As it was submitted: the hash is that of its canonical JSON. */
  readonly spec: unknown;
  /** Null before it has said so. */
  readonly environment: EnvironmentRecord | null;
  /** Why the study of the bundle cannot make it again; null where it does. */
  readonly hindrance: string | null;
}

/** Everything that a bundle is written from. */
export interface BundleContents {
  readonly content: ReportContent;
  /** All that a benchmark has measured; null for other reports, and where nothing was. */
  readonly results: BenchmarkResults | null;
  /** The study that makes the runs again; null where none can be. */
  readonly graph: StudyGraph | null;
  /** In the order of the content's runs. */
  readonly runs: readonly BundledRun[];
}

/** Files by path, as text or as bytes. */
export type Files = readonly (readonly [path: string, content: string | Uint8Array])[];
