import { setTimeout } from 'node:timers/promises';
import { Contestant, withContestant } from './contestant';
import type { LineUp } from './line-up';
import { sampleLoad } from './machine-load';
import { median, type Cell, type Measurements } from './measurements';
import { memorySchema, subjectNames, timesSchema, type ContestantName } from './protocol';
import { hasMemoryMeasured, roundsOf, sizes, takesPart, type SizeName } from './sizes';

/** How long the threads of the contestant before may go on spinning in wait for work. */
const REST_MS = 20;

/**
 * Has the C library give large blocks back when they are freed. It would keep what setting up a model leaves
 * behind, and a gradient would then grow into that without being seen to grow.
 */
const givenBack = { MALLOC_MMAP_THRESHOLD_: String(2 ** 17) };

/**
 * Times every subject of a size: some calls each for warm-up, then in rounds. In a round every contestant
 * runs each subject once, one after the other, in an order that rotates from round to round; so
 * whatever else the machine does meets all contestants, and all subjects, alike.
 *
 * @param rounds in a trial, in place of the size's own number
 */
export async function measureTimes(
  size: SizeName,
  { launches }: LineUp,
  into: Measurements,
  log: (line: string) => void,
  rounds?: number,
): Promise<void> {
  const running = new Map<ContestantName, Contestant>();
  const time = async (cell: Cell, calls: number): Promise<number> => {
    const { subject, contestant } = cell;
    const request = { size, subject, rounds: calls };
    const { times, attention } = await running.get(contestant)!.ask(request, timesSchema);
    if (attention !== undefined) into.noteAttention(cell, attention);
    await setTimeout(REST_MS);
    return median(times);
  };
  try {
    // Started anew for each size: what the size before has left in a process would weigh on this one.
    for (const [name, launch] of launches) running.set(name, new Contestant(launch));
    const names = [...running.keys()];
    const cellsOf = (contestants: readonly ContestantName[]): Cell[] =>
      subjectNames.flatMap((subject) =>
        contestants
          .filter((contestant) => takesPart(size, contestant, subject))
          .map((contestant) => ({ size, subject, contestant })),
      );
    log(`${size}: warm-up`);
    for (const cell of cellsOf(names)) await time(cell, sizes[size].warmUps);
    const last = Math.max(...names.map((name) => roundsOf(size, name, rounds)));
    for (let round = 0; round < last; round++) {
      log(`${size}: round ${round + 1} of ${last}`);
      into.addLoad(await sampleLoad());
      const first = round % names.length;
      const order = [...names.slice(first), ...names.slice(0, first)];
      const present = order.filter((name) => round < roundsOf(size, name, rounds));
      for (const cell of cellsOf(present)) into.addTime(cell, await time(cell, sizes[size].inARow));
    }
  } finally {
    await Promise.all([...running.values()].map((contestant) => contestant.stop()));
  }
}

/** Measures the memory of the two gradients, each in a process of its own. */
export async function measureMemory(
  size: SizeName,
  { launches }: LineUp,
  into: Measurements,
  log: (line: string) => void,
): Promise<void> {
  for (const [contestant, launch] of launches) {
    if (!hasMemoryMeasured(size, contestant)) continue;
    for (const subject of ['standard_gradient', 'linear_gradient'] as const) {
      log(`${size}: memory of ${subject} on ${contestant}`);
      const request = { size, subject, memory: true } as const;
      const watched = { ...launch, environment: { ...launch.environment, ...givenBack } };
      const memory = await withContestant(watched, (process) => process.ask(request, memorySchema));
      into.addMemory({ size, subject, contestant }, memory);
    }
  }
}
