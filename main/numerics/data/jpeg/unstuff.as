const MARKER: u8 = 0xff;

/**
 * Takes the stuffing out of entropy-coded data and cuts it where it restarts. The pieces are written as
 * 32-bit words whose first bit is the highest.
 *
 * @param segments takes the number of pieces, then for each its address and length in bytes
 * @returns where the marker after the data is; 0 if there is none, or restarts are out of order
 */
export function unstuff(from: usize, end: usize, to: usize, segments: usize): usize {
  const base = to;
  let start = to;
  let count: u32 = 0;
  let restart: u8 = 0xd0;
  while (from < end) {
    const bytes = v128.load(from);
    v128.store(to, bytes);
    const marks = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(-1)));
    if (marks == 0) {
      from += 16;
      to += 16;
      continue;
    }
    const before = ctz(marks);
    from += before;
    to += before;
    if (from + 1 >= end) return 0;
    const next = load<u8>(from, 1);
    if (next == 0) {
      store<u8>(to, MARKER);
      from += 2;
      to += 1;
      continue;
    }
    count += 1;
    store<u32>(segments + (<usize>count << 3), <u32>start);
    store<u32>(segments + (<usize>count << 3), <u32>(to - start), 4);
    v128.store(to, i8x16.splat(0));
    to = (to + 3) & ~3;
    start = to;
    if (next != restart) {
      store<u32>(segments, count);
      for (let at = base; at < to; at += 16) {
        const words = v128.load(at);
        v128.store(at, v128.shuffle<u8>(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
      }
      return from;
    }
    restart = restart == 0xd7 ? 0xd0 : restart + 1;
    from += 2;
  }
  return 0;
}
