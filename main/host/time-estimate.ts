import { z } from 'zod';
import type { Catalog } from '#catalog/open-catalog';
import type { RunKind, RunSpec } from '#contract/specs/index';
import type { RunEstimate, StudyPlan } from '#contract/records';
import type { StudyStep } from '#contract/study-template';

/** Runs of a kind that are looked at, the newest first. */
const mostRuns = 50;

/** What of a specification says how much work it is; the rest is the same for all runs of a kind. */
const workSchema = z.object({
  params: z
    .object({
      mode: z.string().optional(),
      /** Images pass through the network once for each. */
      gridPoints: z.number().optional(),
      imageCount: z.number().nullable().optional(),
      cells: z.object({ shape: z.string(), points: z.number().default(1) }).optional(),
      schedule: z.object({ steps: z.number(), batchSize: z.number() }).optional(),
    })
    // A definition of one's own may hold anything; its run says what is wrong with it.
    .catch({}),
  inputs: z
    .object({ model: z.string().optional().catch(undefined), tasks: z.array(z.unknown()).optional() })
    .catch({}),
});

/** What finished runs of a sort took together, and at most. */
interface Rate {
  readonly milliseconds: number;
  readonly units: number;
  readonly runCount: number;
  readonly peakBytes: number | null;
}

interface Work {
  /** What the time of a unit depends on. */
  readonly sort: string;
  readonly units: number;
}

/** In how many cells of a map the network is run; in the tangent modes they cost next to nothing. */
function countCells(cells: { shape: string; points: number } | undefined): number {
  if (cells === undefined) return 1;
  return cells.shape === 'map' ? cells.points ** 2 : cells.points;
}

/** @param model the artifact that is computed with, if the kind has one; that of the specification unless given */
function workOf(kind: RunKind, spec: unknown, model?: string | null): Work {
  const { params, inputs } = workSchema.parse(spec);
  const { mode = '', schedule, gridPoints = 1, imageCount, cells } = params;
  const perTask = gridPoints * (imageCount ?? 1) * (mode === 'standard' ? countCells(cells) : 1);
  const units =
    schedule === undefined ? perTask * (inputs.tasks?.length ?? 1) : schedule.steps * schedule.batchSize;
  return { sort: `${kind} ${mode} ${model ?? inputs.model ?? ''}`, units };
}

/**
 * Adds up how long steps of a study will take: each what a unit of the newest finished runs of its kind, mode and
 * model took on this machine, on average, times its own units (images trained on, points of a grid or images for each
 * task, or one).
 */
export class TimeEstimate {
  readonly #catalog: Catalog;
  readonly #rates = new Map<RunKind, ReadonlyMap<string, Rate>>();
  #milliseconds = 0;
  #stepCount = 0;

  /** @param catalog holds the earlier runs */
  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** The sum so far; null if there is nothing to judge any step by. */
  get sum(): StudyPlan['estimate'] {
    return this.#stepCount === 0 ? null : { milliseconds: this.#milliseconds, stepCount: this.#stepCount };
  }

  /**
   * Adds a step that is still to be done.
   *
   * @param model the artifact that it will compute with; null if that is not known yet
   */
  add({ spec }: StudyStep, model: string | null): void {
    const { sort, units } = workOf(spec.kind, spec, model);
    const rate = this.#ratesOf(spec.kind).get(sort);
    if (rate === undefined) return;
    this.#milliseconds += (rate.milliseconds / rate.units) * units;
    this.#stepCount += 1;
  }

  /** Says what one run will take; null if no earlier run tells. */
  of(spec: RunSpec): Omit<RunEstimate, 'equalRun'> | null {
    const { sort, units } = workOf(spec.kind, spec);
    const rate = this.#ratesOf(spec.kind).get(sort);
    if (rate === undefined) return null;
    const milliseconds = (rate.milliseconds / rate.units) * units;
    return { milliseconds, peakBytes: rate.peakBytes, runCount: rate.runCount };
  }

  /** What earlier runs took, by the sort of work. */
  #ratesOf(kind: RunKind): ReadonlyMap<string, Rate> {
    const known = this.#rates.get(kind);
    if (known !== undefined) return known;
    const { runs } = this.#catalog;
    const rates = new Map<string, Rate>();
    for (const run of runs.list({ kinds: [kind], states: ['finished'], limit: mostRuns })) {
      const { sort, units } = workOf(kind, runs.storedSpec(run.id));
      const sum = rates.get(sort) ?? { milliseconds: 0, units: 0, runCount: 0, peakBytes: null };
      const peak = run.progress?.peakBytes ?? null;
      rates.set(sort, {
        milliseconds: sum.milliseconds + run.elapsedMs,
        units: sum.units + units,
        runCount: sum.runCount + 1,
        peakBytes: peak === null ? sum.peakBytes : Math.max(peak, sum.peakBytes ?? 0),
      });
    }
    this.#rates.set(kind, rates);
    return rates;
  }
}
