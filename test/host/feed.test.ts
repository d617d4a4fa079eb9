import { describe, expect, it } from 'vitest';
import { Feed } from '#host/feed';

const all = () => true;

describe('Feed', () => {
  it('tells every subscriber until it ends its subscription', () => {
    const feed = new Feed<number>();
    const heard: string[] = [];
    const stop = feed.subscribe((item) => heard.push(`a${item}`));
    feed.subscribe((item) => heard.push(`b${item}`));
    feed.publish(1);
    stop();
    feed.publish(2);
    expect(heard).toEqual(['a1', 'b1', 'b2']);
  });

  it('loses nothing that is published between two pulls', async () => {
    const feed = new Feed<number>();
    const batches = feed.batches(all, new AbortController().signal);
    expect((await batches.next()).value).toEqual([]);
    feed.publish(1);
    feed.publish(2);
    expect((await batches.next()).value).toEqual([1, 2]);
    const waiting = batches.next();
    feed.publish(3);
    expect((await waiting).value).toEqual([3]);
    feed.publish(4);
    expect((await batches.next()).value).toEqual([4]);
  });

  it('wakes only for what is wanted', async () => {
    const feed = new Feed<number>();
    const batches = feed.batches((item) => item > 10, new AbortController().signal);
    await batches.next();
    const waiting = batches.next();
    feed.publish(1);
    feed.publish(11);
    expect((await waiting).value).toEqual([11]);
  });

  it('ends when the signal aborts, while waiting or between pulls', async () => {
    const feed = new Feed<number>();
    const [first, second] = [new AbortController(), new AbortController()];
    const [waiting, between] = [feed.batches(all, first.signal), feed.batches(all, second.signal)];
    await Promise.all([waiting.next(), between.next()]);
    const pulled = waiting.next();
    first.abort();
    expect((await pulled).done).toBe(true);
    second.abort();
    feed.publish(1);
    expect((await between.next()).done).toBe(true);
  });
});
