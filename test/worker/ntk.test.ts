import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ntkResultSchema, type NtkResult } from '#contract/ntk';
import { parseRunSpec, type RunSpecOf } from '#contract/specs/index';
import { startEngine } from '#numerics/engine/start-engine';
import { engineMemory } from '#numerics/engine/tensor';
import { decomposeRectangular } from '#numerics/linalg/singular-values';
import { decodeHead, encodeHead } from '#numerics/models/head-file';
import { decodeSafetensors } from '#numerics/models/safetensors';
import * as gramBlocks from '#numerics/ntk/gram-block';
import { relativeError } from '#test/support/closeness';
import { innerProducts, wholeJacobian } from '#test/support/jacobian';
import { makeSmallWorld, RunLab, type SmallWorld } from '#test/support/run-lab';
import { sharedTempFolder } from '#test/support/temp-folder';
import { Cancelled } from '#worker/run-context';

vi.mock(import('#numerics/ntk/gram-block'), { spy: true });

type Spec = RunSpecOf<'ntk'>;
const N = 9;

describe('ntk', () => {
  const lab = new RunLab(sharedTempFolder());
  let world: SmallWorld;

  beforeAll(async () => {
    await startEngine('wasm');
    world = await makeSmallWorld(lab);
  });

  function makeSpec(changes: Partial<Spec['params']> = {}, inputs: Partial<Spec['inputs']> = {}): Spec {
    const [task, control] = world.tasks;
    return {
      kind: 'ntk',
      specVersion: 1,
      params: {
        scalar: 'classLogit',
        outputs: [4, 0],
        split: 'test',
        imageCount: N,
        recipe: 'rectangular',
        rank: null,
        method: 'gram',
        blockSize: 4,
        engine: 'wasm',
        ...changes,
      },
      inputs: {
        model: world.model,
        task,
        control: { dataset: control.dataset },
        taskVector: null,
        ...inputs,
      },
      seed: 3,
    };
  }

  async function measure(spec: Spec, at = lab): Promise<NtkResult> {
    const { outputs } = await at.run(spec);
    return ntkResultSchema.parse(await at.json(outputs.ntk));
  }

  async function headOf({ inputs }: Spec) {
    return decodeHead(await lab.context().artifacts.read(inputs.task.head), 'the head');
  }

  /** The rectangular kernel of one class from whole gradients. */
  async function bruteForce(spec: Spec, output: number) {
    const head = await headOf(spec);
    const cotangents = [head.weight.slice(output * head.featureSize, (output + 1) * head.featureSize)];
    const { model, task, control, taskVector } = spec.inputs;
    const of = (dataset: string) =>
      wholeJacobian(lab, {
        model,
        dataset,
        split: 'test',
        count: N,
        seed: spec.seed,
        cotangents,
        ...(taskVector === null ? {} : { taskVector }),
      });
    const [own, other] = [await of(task.dataset), await of(control.dataset)];
    const { columns } = own.gradients;
    const all = { rows: 2 * N, columns, data: new Float64Array(2 * N * columns) };
    all.data.set(own.gradients.data);
    all.data.set(other.gradients.data, N * columns);
    return innerProducts(own.gradients, all);
  }

  it.each([
    ['θ0', () => null],
    ['θ0 + τ', () => world.vectors.standard[0]],
  ])('is the spectrum and the local energy of whole gradients at %s', async (_, vector) => {
    const before = engineMemory();
    const spec = makeSpec({}, { taskVector: vector() });
    const { outputs } = await lab.run(spec);
    expect(engineMemory()).toEqual(before);
    const result = ntkResultSchema.parse(await lab.json(outputs.ntk));
    expect(result.kernel.point).toBe(vector() === null ? 'params0' : 'params');
    const { tensors } = decodeSafetensors(await lab.context().artifacts.read(outputs.gram), 'gram');
    const energies: Float64Array[] = [];
    for (const [c, output] of [4, 0].entries()) {
      const kernel = await bruteForce(spec, output);
      expect(relativeError(tensors.get(`gram.${c}`)!.data, kernel.data)).toBeLessThan(1e-5);
      const { values, right } = decomposeRectangular(kernel);
      const spectrum = result.spectra[c];
      expect(relativeError(spectrum.singularValues, values)).toBeLessThan(1e-4);
      expect(spectrum.rank).toBe(N);
      energies.push(
        Float64Array.from({ length: 2 * N }, (__, j) => {
          let energy = 0;
          for (let k = 0; k < N; k++) energy += right.data[j * N + k] ** 2;
          return energy;
        }),
      );
    }
    const perImage = energies[0].map((energy, j) => (energy + energies[1][j]) / 2);
    const { localEnergy } = result;
    expect(
      relativeError([...localEnergy.perImage.task, ...localEnergy.perImage.control], perImage),
    ).toBeLessThan(1e-2);
    // As many control images as task images, so the two means add up to the rank per image.
    expect(localEnergy.task + localEnergy.control).toBeCloseTo(1, 6);
    expect(localEnergy.byRank.task.at(-1)).toBeCloseTo(localEnergy.task, 10);
    const classes = localEnergy.perClass.filter(({ mean }) => mean !== null);
    const weighted = classes.reduce((sum, { count, mean }) => sum + count * mean!, 0);
    expect(weighted / N).toBeCloseTo(localEnergy.task, 10);
  });

  it('is another kernel at θ0 + τ, and for another scalar', async () => {
    const [here, there, sum, feature] = [
      await measure(makeSpec()),
      await measure(makeSpec({}, { taskVector: world.vectors.standard[0] })),
      await measure(makeSpec({ scalar: 'logitSum', outputs: null })),
      await measure(makeSpec({ scalar: 'feature', outputs: [1] })),
    ];
    const leading = [here, there, sum, feature].map(({ spectra }) => spectra[0].singularValues[0]);
    expect(new Set(leading).size).toBe(4);
    expect([sum, feature].map(({ spectra }) => spectra.map(({ output }) => output))).toEqual([
      ['sum of logits'],
      ['feature 1'],
    ]);
  });

  it('finds the same leading eigenfunctions from products J(Jᵀv) without the Gram matrix', async () => {
    const whole = await measure(makeSpec({ rank: 3 }));
    const run = await lab.run(makeSpec({ rank: 3, method: 'products' }));
    expect(run.outputs).not.toHaveProperty('gram');
    const leading = ntkResultSchema.parse(await lab.json(run.outputs.ntk));
    for (const [c, { singularValues, byRank }] of leading.spectra.entries()) {
      const expected = whole.spectra[c];
      expect(relativeError(singularValues, expected.singularValues.slice(0, 3))).toBeLessThan(1e-4);
      expect(relativeError(byRank.task, expected.byRank.task.slice(0, 3))).toBeLessThan(1e-2);
    }
    expect(leading.localEnergy.task).toBeCloseTo(whole.localEnergy.task, 2);
  });

  it.each(['gram', 'products'] as const)('goes on where it was stopped (%s)', async (method) => {
    const spec = makeSpec({ method, rank: 3 });
    const whole = await measure(spec, new RunLab(lab.root, 'whole'));
    const stopped = new RunLab(lab.root, 'stopped');
    const compute = vi.mocked(gramBlocks.gramBlock).mockClear();
    // After the first block, and after the first scalar.
    const cancel = stopped.run(spec, (event, context) => {
      const isBlock = event.type === 'progress' && event.unit === 'image pairs';
      const isScalar = event.type === 'log' && event.message.includes('products');
      if (method === 'gram' ? isBlock : isScalar) context.cancel();
    });
    await expect(cancel).rejects.toBeInstanceOf(Cancelled);
    expect(await measure(spec, stopped)).toEqual(whole);
    // 9 + 9 images in blocks of 4: 3 × 6 blocks, less the 3 below the diagonal.
    expect(compute).toHaveBeenCalledTimes(method === 'gram' ? 15 : 0);
  });

  it('describes eigenfunctions by the images at their ends', async () => {
    const { spectra, images } = await measure(makeSpec());
    expect(images.task.indices).toHaveLength(N);
    expect(images.task.labels).toHaveLength(N);
    for (const { eigenfunctions } of spectra) {
      expect(eigenfunctions).toHaveLength(N);
      for (const { largest, smallest, energyOnTask } of eigenfunctions) {
        expect(new Set([...largest, ...smallest]).size).toBe(16);
        expect(energyOnTask > 0 && energyOnTask < 1).toBe(true);
      }
    }
  });

  it('refuses a control that is also the task', async () => {
    const [task] = world.tasks;
    const spec = makeSpec({}, { control: { dataset: task.dataset } });
    await expect(lab.run(spec)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('refuses an output that is listed twice', () => {
    expect(() => parseRunSpec(makeSpec({ outputs: [4, 4] }))).toThrow('an output is listed twice');
  });

  it('refuses more eigenfunctions than there are images', async () => {
    const spec = makeSpec({ imageCount: 1000, rank: 999 });
    await expect(lab.run(spec)).rejects.toThrow('at most as many eigenfunctions');
  });

  it.each(['gram', 'products'] as const)(
    'refuses an output without influence of parameters (%s)',
    async (method) => {
      const head = await headOf(makeSpec());
      const weight = head.weight.slice().fill(0, 0, head.featureSize);
      const zero = await lab.context().artifacts.put(encodeHead({ ...head, weight }));
      const task = { dataset: world.tasks[0].dataset, head: zero.id };
      await expect(lab.run(makeSpec({ method, rank: 2 }, { task }))).rejects.toThrow('zero on every image');
    },
  );

  it.each([
    ['square', 'sum to exactly 1 on every image'],
    ['nystrom', 'energy exactly 1 on every image of the task'],
  ] as const)('refuses the %s recipe and says why', (recipe, why) => {
    const spec = makeSpec();
    expect(() => parseRunSpec({ ...spec, params: { ...spec.params, recipe } })).toThrow(why);
  });
});
