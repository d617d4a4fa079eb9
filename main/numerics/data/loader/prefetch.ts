/**
 * Starts work on the next items of a list while the results of earlier ones are used, and yields the
 * results in the order of the list.
 *
 * @param items what to work on; taken one by one as far ahead as allowed
 * @param ahead how many results may be under way while the caller uses one; at least 1
 * @param start begins the work on an item
 * @yields {T} the result for each item
 */
export async function* prefetch<S, T>(
  items: Iterable<S>,
  ahead: number,
  start: (item: S) => Promise<T>,
): AsyncGenerator<T, void, void> {
  const iterator = items[Symbol.iterator]();
  const pending: Promise<T>[] = [];
  const fill = (): void => {
    while (pending.length < ahead) {
      const next = iterator.next();
      if (next.done === true) return;
      const result = start(next.value);
      // Raised where it is awaited, if the caller gets that far.
      result.catch(() => undefined);
      pending.push(result);
    }
  };
  fill();
  while (pending.length > 0) {
    const result = await pending.shift()!;
    fill();
    yield result;
  }
}
