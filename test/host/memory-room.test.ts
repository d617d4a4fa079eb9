import { describe, expect, it } from 'vitest';
import { MemoryRoom, type ProcessSize } from '#host/memory-room';

const GIB = 2 ** 30;

/** A room with so much free memory, and processes of these sizes. */
function makeRoom(free: number, sizes: Record<number, ProcessSize> = {}) {
  const state = { free, sizes };
  const room = new MemoryRoom(
    () => state.free,
    (pid) => state.sizes[pid] ?? null,
  );
  return { room, state };
}

describe('MemoryRoom', () => {
  it('wants what runs of the same kind have taken, and a reserve', () => {
    const sizes = { 1: { now: GIB, peak: 2 * GIB }, 2: { now: GIB, peak: GIB } };
    const { room, state } = makeRoom(2 * GIB, sizes);
    expect(room.hasRoomFor('finetune', [])).toBe(true);
    room.remember({ likeness: 'finetune', pid: 1 });
    room.remember({ likeness: 'evaluate', pid: 2 });
    expect(room.hasRoomFor('finetune', [])).toBe(false);
    expect(room.hasRoomFor('evaluate', [])).toBe(true);
    expect(room.hasRoomFor('edit-add', [])).toBe(false);
    state.free = 3 * GIB;
    expect(room.hasRoomFor('finetune', [])).toBe(true);
  });

  it('keeps for the runs that have started what they will still take', () => {
    const { room } = makeRoom(6 * GIB, {
      1: { now: 2 * GIB, peak: 2 * GIB },
      2: { now: GIB / 2, peak: GIB / 2 },
      3: { now: 0, peak: 0 },
    });
    room.remember({ likeness: 'finetune', pid: 1 });
    const worker = (pid: number) => ({ likeness: 'finetune', pid });
    expect(room.hasRoomFor('finetune', [worker(2)])).toBe(true);
    // 1.5 and 2 GiB are promised, so 2.5 are left for the third, and none for a fourth.
    expect(room.hasRoomFor('finetune', [worker(2), worker(3)])).toBe(true);
    expect(room.hasRoomFor('finetune', [worker(2), worker(3), worker(3)])).toBe(false);
  });

  it('lets the first of its like end before another starts', () => {
    const { room } = makeRoom(GIB, { 1: { now: 1, peak: 1 } });
    const first = { likeness: 'finetune', pid: 1 };
    expect(room.mustWaitForFirst('finetune', [first])).toBe(true);
    expect(room.mustWaitForFirst('evaluate', [first])).toBe(false);
    room.remember(first);
    expect(room.mustWaitForFirst('finetune', [first])).toBe(false);
  });

  it('forgets no peak, and takes a process that has gone for nothing', () => {
    const { room, state } = makeRoom(3 * GIB, { 7: { now: 0, peak: 4 * GIB } });
    room.remember({ likeness: 'finetune', pid: 7 });
    state.sizes = {};
    room.remember({ likeness: 'finetune', pid: 7 });
    room.remember({ likeness: 'finetune', pid: undefined });
    expect(room.hasRoomFor('finetune', [])).toBe(false);
  });

  it.runIf(process.platform === 'linux')('reads how large a process has become', () => {
    const room = new MemoryRoom(() => GIB / 2 + process.memoryUsage().rss / 2);
    expect(room.hasRoomFor('apply', [])).toBe(true);
    room.remember({ likeness: 'apply', pid: process.pid });
    expect(room.hasRoomFor('apply', [])).toBe(false);
  });
});
