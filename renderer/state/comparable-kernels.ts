import type { HostClient } from '#contract/api';
import { ntkResultSchema, type NtkResult } from '#contract/ntk';
import type { LibraryEntry } from '#contract/records';
import type { RunSpecOf } from '#contract/specs/index';
import type { Route } from './route';

type KernelSpec = RunSpecOf<'ntk'>;

/** As many artifacts as are looked through, the newest first. */
const most = 1000;

/** The kernel of another network, on the same images. */
export interface ComparableKernel {
  readonly runId: string;
  /** Of the `ntk` artifact. */
  readonly artifact: string;
  /** Name of the model, and whether θ0 or θ0 + τ. */
  readonly name: string;
  /** Whether the model was drawn at random, and not trained. */
  readonly isRandom: boolean;
}

/** What a kernel can be compared with. */
export interface ComparableKernels {
  /** Random networks first, then the newest. */
  readonly kernels: readonly ComparableKernel[];
  /** Where the kernel of a random θ0 can be computed; null where there is one, or no random model of these sizes. */
  readonly wizard: Route | null;
  /** Whether the kernel itself is that of a random network. */
  readonly isRandom: boolean;
}

/** A kernel and all its eigenfunctions. */
export interface ShownKernel {
  readonly runId: string;
  /** Of the network, for figures. */
  readonly name: string;
  readonly result: NtkResult;
  /** The `kernel-spectrum` artifact; null where it is not there. */
  readonly spectrumId: string | null;
}

/**
 * Finds kernels of other networks on the same images of the same task and control, of the same scalars.
 *
 * @param own the kernel's run, and what it computes
 * @param found `ntk` results of the catalog, the newest first
 * @param models its models
 */
export function findComparableKernels(
  own: { readonly runId: string; readonly spec: KernelSpec },
  found: readonly LibraryEntry[],
  models: readonly LibraryEntry[],
): ComparableKernels {
  const makers = new Map(models.map((entry) => [entry.id, entry]));
  const isRandom = (model: string): boolean => makers.get(model)?.madeBy.kind === 'initialize-model';
  const images = imagesOf(own.spec);
  const networks = new Set([networkOf(own.spec)]);
  const kernels: ComparableKernel[] = [];
  for (const { id, madeBy } of found) {
    const { spec, runId } = madeBy;
    if (spec?.kind !== 'ntk' || imagesOf(spec) !== images || networks.has(networkOf(spec))) continue;
    networks.add(networkOf(spec));
    const { model, taskVector } = spec.inputs;
    const name = `${makers.get(model)?.label ?? 'a model'}${taskVector === null ? '' : ' + τ'}`;
    kernels.push({ runId, artifact: id, name, isRandom: isRandom(model) && taskVector === null });
  }
  kernels.sort((a, b) => Number(b.isRandom) - Number(a.isRandom));
  const { model } = own.spec.inputs;
  const random = models.find(
    ({ madeBy: { spec } }) => spec?.kind === 'initialize-model' && spec.inputs.model === model,
  );
  const isMissing = random !== undefined && !kernels.some((kernel) => kernel.isRandom);
  const changes = { 'inputs.model': random?.id, 'inputs.taskVector': null };
  return {
    kernels,
    wizard: isMissing ? { page: 'new', kind: 'ntk', from: own.runId, changes } : null,
    isRandom: isRandom(model),
  };
}

/** Loads what {@link findComparableKernels} finds in the catalog. */
export async function loadComparableKernels(
  client: HostClient,
  own: { readonly runId: string; readonly spec: KernelSpec },
): Promise<ComparableKernels> {
  const list = (kind: 'ntk' | 'model') => client.query('artifacts.list', { kinds: [kind], limit: most });
  const [found, models] = await Promise.all([list('ntk'), list('model')]);
  return findComparableKernels(own, found, models);
}

/** Loads one of them. */
export async function loadKernel(
  client: HostClient,
  { runId, artifact, name, isRandom }: ComparableKernel,
): Promise<ShownKernel> {
  const [json, { outputs }] = await Promise.all([
    client.query('artifacts.json', { id: artifact }),
    client.query('runs.get', { runId }),
  ]);
  // A figure has little room for names.
  return {
    runId,
    name: isRandom ? 'random θ0' : name,
    result: ntkResultSchema.parse(json),
    spectrumId: spectrumOf(outputs),
  };
}

/** Finds the eigenfunctions among the outputs of a run. */
export function spectrumOf(
  outputs: readonly { readonly id: string; readonly kind: string }[],
): string | null {
  return outputs.find(({ kind }) => kind === 'kernel-spectrum')?.id ?? null;
}

/** What decides which images and scalars a kernel is of; how it was computed does not. */
function imagesOf({ params, inputs, seed }: KernelSpec): string {
  const { scalar, outputs, split, imageCount, recipe } = params;
  const { task, control } = inputs;
  return JSON.stringify([
    [scalar, outputs, split, imageCount, recipe],
    [task.dataset, task.head, control.dataset, seed],
  ]);
}

function networkOf({ inputs: { model, taskVector } }: KernelSpec): string {
  return `${model} ${taskVector}`;
}
