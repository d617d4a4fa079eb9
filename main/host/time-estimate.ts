import { z } from 'zod';
import type { Catalog } from '#catalog/open-catalog';
import type { RunKind } from '#contract/specs/index';
import type { StudyPlan } from '#contract/records';
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
      schedule: z.object({ steps: z.number(), batchSize: z.number() }).optional(),
    })
    // A definition of one's own may hold anything; its run says what is wrong with it.
    .catch({}),
  inputs: z
    .object({ model: z.string().optional().catch(undefined), tasks: z.array(z.unknown()).optional() })
    .catch({}),
});

interface Work {
  /** What the time of a unit depends on. */
  readonly sort: string;
  readonly units: number;
}

/** @param model the artifact that is computed with, if the kind has one; that of the specification unless given */
function workOf(kind: RunKind, spec: unknown, model?: string | null): Work {
  const { params, inputs } = workSchema.parse(spec);
  const { mode = '', schedule, gridPoints = 1 } = params;
  const units =
    schedule === undefined ? gridPoints * (inputs.tasks?.length ?? 1) : schedule.steps * schedule.batchSize;
  return { sort: `${kind} ${mode} ${model ?? inputs.model ?? ''}`, units };
}

/**
 * Adds up how long steps of a study will take: each what a unit of the newest finished runs of its kind, mode and
 * model took on this machine, on average, times its own units (images trained on, points of a grid for each
 * task, or one).
 */
export class TimeEstimate {
  readonly #catalog: Catalog;
  readonly #rates = new Map<RunKind, ReadonlyMap<string, number>>();
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
    this.#milliseconds += rate * units;
    this.#stepCount += 1;
  }

  /** Milliseconds per unit, by the sort of work. */
  #ratesOf(kind: RunKind): ReadonlyMap<string, number> {
    const known = this.#rates.get(kind);
    if (known !== undefined) return known;
    const { runs } = this.#catalog;
    const sums = new Map<string, { milliseconds: number; units: number }>();
    for (const { id, elapsedMs } of runs.list({ kinds: [kind], states: ['finished'], limit: mostRuns })) {
      const { sort, units } = workOf(kind, runs.storedSpec(id));
      const sum = sums.get(sort) ?? { milliseconds: 0, units: 0 };
      sums.set(sort, { milliseconds: sum.milliseconds + elapsedMs, units: sum.units + units });
    }
    const rates = new Map([...sums].map(([sort, { milliseconds, units }]) => [sort, milliseconds / units]));
    this.#rates.set(kind, rates);
    return rates;
  }
}
