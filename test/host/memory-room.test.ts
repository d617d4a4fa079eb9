import { describe, expect, it } from 'vitest';
import { MemoryRoom } from '#host/memory-room';

const GIB = 2 ** 30;

describe('MemoryRoom', () => {
  it('wants what runs of the same kind have taken, and a reserve', () => {
    let free = 2 * GIB;
    const peaks = new Map([
      [1, 2 * GIB],
      [2, GIB],
    ]);
    const room = new MemoryRoom(
      () => free,
      (pid) => peaks.get(pid) ?? null,
    );
    expect(room.hasRoomFor('finetune')).toBe(true);
    room.watch('finetune', 1);
    room.watch('evaluate', 2);
    expect(room.hasRoomFor('finetune')).toBe(false);
    expect(room.hasRoomFor('evaluate')).toBe(true);
    expect(room.hasRoomFor('edit-add')).toBe(false);
    free = 3 * GIB;
    expect(room.hasRoomFor('finetune')).toBe(true);
  });

  it('forgets no peak, and takes a process that has gone for nothing', () => {
    let peak: number | null = 4 * GIB;
    const room = new MemoryRoom(
      () => 3 * GIB,
      () => peak,
    );
    room.watch('finetune', 7);
    peak = null;
    room.watch('finetune', 7);
    room.watch('finetune', undefined);
    expect(room.hasRoomFor('finetune')).toBe(false);
  });

  it.runIf(process.platform === 'linux')('reads how large a process has become', () => {
    const room = new MemoryRoom(() => process.memoryUsage().rss / 2);
    room.watch('apply', process.pid);
    expect(room.hasRoomFor('apply')).toBe(false);
  });
});
