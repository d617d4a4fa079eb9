/**
 * Applies an asynchronous function to a sequence with a bounded number of calls under way, and yields
 * the results in the order of the sequence. No more than `concurrency` results are held at a time.
 *
 * @param items what to apply it to
 * @param concurrency greatest number of calls under way
 * @param apply the function; its first rejection ends the iteration
 * @yields {T} the result for each item
 */
export async function* mapInOrder<S, T>(
  items: Iterable<S> | AsyncIterable<S>,
  concurrency: number,
  apply: (item: S) => Promise<T>,
): AsyncGenerator<T, void, void> {
  const pending: Promise<T>[] = [];
  const start = (item: S): void => {
    const result = apply(item);
    // The rejection is raised where the result is awaited; a later one must not end the process first.
    result.catch(() => undefined);
    pending.push(result);
  };
  for await (const item of items) {
    if (pending.length === concurrency) yield await pending.shift()!;
    start(item);
  }
  for (const result of pending) yield await result;
}
