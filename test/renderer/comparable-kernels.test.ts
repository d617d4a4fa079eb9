import { describe, expect, it } from 'vitest';
import type { LibraryEntry } from '#contract/records';
import { findComparableKernels } from '#renderer/state/comparable-kernels.ts';
import { addKernels } from '#test/support/example-analyses';
import { FakeHost } from '#test/support/fake-host';
import { hex } from '#test/support/hex';

const host = new FakeHost();
addKernels(host);
const entries = (kind: string): LibraryEntry[] =>
  [...host.runs.values()].flatMap(({ id: runId, kind: by, title, spec, outputs }) =>
    outputs
      .filter((output) => output.kind === kind)
      .map((output) => ({ ...output, madeBy: { runId, kind: by, title, spec } })),
  );
const [kernels, models] = [entries('ntk'), entries('model')];
const own = (runId: string) => {
  const { spec } = host.runs.get(runId)!;
  if (spec?.kind !== 'ntk') throw new Error('no kernel');
  return { runId, spec };
};

describe('what a kernel is compared with', () => {
  it('is that of another network on the same images, and not itself', () => {
    const { kernels: found, wizard, isRandom } = findComparableKernels(own('kernel'), kernels, models);
    expect(found).toEqual([{ runId: 'kernel-random', artifact: hex('8', 2), name: 'drawn', isRandom: true }]);
    expect([wizard, isRandom]).toEqual([null, false]);
    const back = findComparableKernels(own('kernel-random'), kernels, models);
    expect(back.kernels).toMatchObject([{ runId: 'kernel', isRandom: false }]);
    expect(back.isRandom).toBe(true);
  });

  it('is nothing on other images; then the wizard begins with the random model that there is', () => {
    const { runId, spec } = own('kernel');
    const other = { runId, spec: { ...spec, seed: 1 } };
    const found = findComparableKernels(other, kernels, models);
    expect(found.kernels).toEqual([]);
    expect(found.wizard).toMatchObject({
      kind: 'ntk',
      from: runId,
      changes: { 'inputs.model': hex('a', 7) },
    });
    expect(findComparableKernels(other, kernels, []).wizard).toBeNull();
  });
});
