import type { DisentanglementResult } from '#contract/disentanglement';
import type { NtkResult } from '#contract/ntk';
import type { ArtifactKind } from '#contract/events';
import type { EvaluationMode } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import type { FakeHost } from './fake-host';
import { hex } from './hex';

const alphas = [-1, 0, 1];

function output(kind: ArtifactKind, id: string) {
  return { id, kind, role: kind, label: kind, sizeBytes: 9, createdAt: 0 };
}

/** What a map of two tasks on three values of α has measured: task t is disturbed by as much as |α| of the other. */
function exampleMap(mode: EvaluationMode): DisentanglementResult {
  return {
    format: 'tangent-disentanglement/1',
    mode,
    split: 'test',
    shape: { shape: 'map', from: -1, to: 1, points: 3 },
    tasks: ['signs', 'digits'].map((task, t) => ({ task, dataset: hex('b', t + 1), count: 100 })),
    cells: alphas.flatMap((first) =>
      alphas.map((second) => ({
        tasks: [0, 1],
        scalingCoefs: [first, second],
        disagreements: [Math.abs(second), Math.abs(first)],
        error: (Math.abs(first) + Math.abs(second)) / 100,
        band: [0, 0.1] as [number, number],
      })),
    ),
  };
}

/** Adds runs `map-linear` and `map-standard` of the same two tasks; there is none post hoc. */
export function addMaps(host: FakeHost): void {
  for (const mode of ['standard', 'linear'] as const) {
    const [map, id] = [exampleMap(mode), hex('7', mode === 'linear' ? 1 : 2)];
    const vectors = [1, 2].map((task) => host.addTaskVector(task, mode));
    const spec: RunSpecOf<'disentanglement'> = {
      kind: 'disentanglement',
      specVersion: 1,
      params: { mode, split: 'test', cells: map.shape, imageCount: 100, batchSize: 8, engine: 'auto' },
      inputs: {
        model: hex('a', 1),
        tasks: vectors.map((taskVector, t) => ({ dataset: hex('b', t + 1), head: hex('c', 1), taskVector })),
      },
      seed: 0,
    };
    host.jsonArtifacts.set(id, map);
    const outputs = [output('disentanglement', id)];
    host.addRun('disentanglement', { id: `map-${mode}`, title: 'Map', state: 'finished', spec, outputs });
  }
}

function exampleKernel(model: string): NtkResult {
  const curve = { task: [0.1, 0.2, 0.3], control: [0.05, 0.1, 0.15] };
  const images = (task: string, dataset: string) => ({ task, dataset, indices: [0, 1], labels: [0, 1] });
  return {
    format: 'tangent-ntk/1',
    model,
    kernel: { scalar: 'classLogit', point: 'params0', method: 'gram' },
    split: 'train',
    images: { task: images('signs', hex('b', 1)), control: images('digits', hex('b', 2)) },
    spectra: [
      {
        output: 'stop',
        singularValues: [3, 2, 1],
        numericalRank: 3,
        rank: 3,
        localEnergy: { task: 0.3, control: 0.15 },
        byRank: curve,
        eigenfunctions: [3, 2, 1].map((singularValue) => ({
          singularValue,
          energyOnTask: 0.8,
          largest: [0, 1],
          smallest: [2, 3],
        })),
      },
    ],
    localEnergy: {
      task: 0.3,
      control: 0.15,
      byRank: curve,
      perImage: { task: [0.3, 0.3], control: [0.1, 0.2] },
      perClass: [],
    },
  };
}

/** Adds runs `kernel` of a model and `kernel-random` of the one that was drawn with its sizes. */
export function addKernels(host: FakeHost): void {
  const random = { kind: 'initialize-model', specVersion: 1, params: { name: 'drawn' }, seed: 0 } as const;
  host.addRun('initialize-model', {
    state: 'finished',
    spec: { ...random, inputs: { model: hex('a', 1) } },
    outputs: [{ ...output('model', hex('a', 7)), label: 'drawn' }],
  });
  for (const [id, model, place] of [
    ['kernel', hex('a', 1), 1],
    ['kernel-random', hex('a', 7), 2],
  ] as const) {
    const spec: RunSpecOf<'ntk'> = {
      kind: 'ntk',
      specVersion: 1,
      params: {
        scalar: 'classLogit',
        outputs: null,
        split: 'train',
        imageCount: 2,
        recipe: 'rectangular',
        rank: null,
        method: 'gram',
        blockSize: 8,
        engine: 'auto',
      },
      inputs: {
        model,
        task: { dataset: hex('b', 1), head: hex('c', 1) },
        control: { dataset: hex('b', 2) },
        taskVector: null,
      },
      seed: 0,
    };
    host.jsonArtifacts.set(hex('8', place), exampleKernel(id));
    const outputs = [output('ntk', hex('8', place)), output('kernel-spectrum', hex('9', 20 + place))];
    host.addRun('ntk', { id, title: 'Kernel', state: 'finished', spec, outputs });
  }
}
