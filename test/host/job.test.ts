import { describe, expect, it } from 'vitest';
import { AppError } from '#contract/errors';
import { Job, type JobState } from '#host/job';

async function statesOf(job: Job<number, string>): Promise<JobState<number, string>[]> {
  const states: JobState<number, string>[] = [];
  for await (const state of job.follow(new AbortController().signal)) states.push(state);
  return states;
}

describe('a job', () => {
  it('is idle before anybody has begun it', async () => {
    expect(await statesOf(new Job('A job'))).toEqual([{ state: 'idle' }]);
  });

  it('tells all that follow how far it is, and its end', async () => {
    const job = new Job<number, string>('A job');
    let finish: (result: string) => void = () => undefined;
    job.start((tell) => {
      tell(0.5);
      return new Promise((resolve) => (finish = resolve));
    });
    const followed = [statesOf(job), statesOf(job)];
    setTimeout(() => finish('done'), 20);
    for (const states of await Promise.all(followed)) {
      expect(states).toEqual([
        { state: 'running', progress: 0.5 },
        { state: 'finished', result: 'done' },
      ]);
    }
    expect(await statesOf(job)).toEqual([{ state: 'finished', result: 'done' }]);
  });

  it('is not begun twice at once, but again after its end', async () => {
    const job = new Job<number, string>('A job');
    job.start(() => Promise.resolve('first'));
    expect(() => job.start(() => Promise.resolve('second'))).toThrow('A job is under way already.');
    expect((await statesOf(job)).at(-1)).toEqual({ state: 'finished', result: 'first' });
    job.start(() => Promise.resolve('second'));
    expect((await statesOf(job)).at(-1)).toEqual({ state: 'finished', result: 'second' });
  });

  it('says why it failed, and that it was stopped', async () => {
    const job = new Job<number, string>('A job');
    job.start(() => Promise.reject(new AppError('source_missing', 'No such file.')));
    expect((await statesOf(job)).at(-1)).toMatchObject({
      state: 'failed',
      error: { code: 'source_missing', message: 'No such file.' },
    });
    job.start(
      (tell, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            tell(1);
            reject(new Error('aborted'));
          });
        }),
    );
    await job.close();
    expect(await statesOf(job)).toEqual([{ state: 'stopped' }]);
  });

  it('lets one that follows go while it goes on', async () => {
    const job = new Job<number, string>('A job');
    job.start((_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(''))));
    const leave = new AbortController();
    const states = job.follow(leave.signal);
    await states.next();
    leave.abort();
    expect(await states.next()).toMatchObject({ done: true });
    expect(job.isRunning).toBe(true);
    await job.close();
  });
});
