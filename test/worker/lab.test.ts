import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { disentanglementResultSchema } from '#contract/disentanglement';
import type { LabSpec, LabTopic } from '#contract/lab';
import type { LabMessage } from '#contract/worker-messages';
import { startEngine } from '#numerics/engine/start-engine';
import { countRight, predictEdit } from '#test/support/count-right';
import { makeSmallWorld, RunLab, type SmallWorld } from '#test/support/run-lab';
import { sharedTempFolder, tempFolder } from '#test/support/temp-folder';
import { LabDesk } from '#worker/lab-desk';
import { ImageEvaluator } from '#worker/procedures/image-evaluator';

const modes = ['standard', 'posthoc', 'linear'] as const;
type Mode = (typeof modes)[number];

describe('a lab', () => {
  const lab = new RunLab(sharedTempFolder());
  let world: SmallWorld;

  beforeAll(async () => {
    await startEngine('wasm');
    world = await makeSmallWorld(lab);
  });

  const vectorsOf = (mode: Mode) => world.vectors[mode === 'linear' ? 'linear' : 'standard'];

  function specOf(mode: Mode): LabSpec {
    return {
      mode,
      model: world.model,
      taskVectors: [...vectorsOf(mode)],
      tasks: [...world.tasks],
      split: 'test',
      imageCount: null,
      seed: 0,
      batchSize: 7,
      engine: 'wasm',
    };
  }

  /** Opens a desk; `next` resolves with what it says about a question or, for null, about itself. */
  function openDesk(spec: LabSpec, labDirectory = tempFolder()) {
    const said: LabMessage[] = [];
    let wake: () => void = () => undefined;
    const desk = new LabDesk(
      { type: 'lab', spec, artifactsDirectory: join(lab.root, 'artifacts'), labDirectory },
      { entry: null, threads: 1 },
      (message) => {
        said.push(message);
        wake();
      },
    );
    const until = async (holds: (message: LabMessage) => boolean): Promise<LabMessage> => {
      for (;;) {
        const found = said.find(holds);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    };
    const ask = (question: number, scalingCoefs: number[], about: LabTopic = 'accuracies') =>
      desk.ask({ type: 'question', question, scalingCoefs, about });
    const reply = (question: number) =>
      until(
        (message) =>
          message.question === question &&
          ('error' in message || ['answer', 'disagreements'].includes(message.item.type)),
      );
    return { desk, said, until, ask, reply };
  }

  it.each(modes)('answers with the accuracies of the edited model on every task (%s)', async (mode) => {
    const { ask, reply, said } = openDesk(specOf(mode));
    for (const [question, scalingCoefs] of [
      [0.7, -0.3],
      [0, 0],
      [1, 1],
    ].entries()) {
      ask(question, scalingCoefs);
      const message = await reply(question);
      const expected = [];
      for (const task of world.tasks) {
        const vectors = vectorsOf(mode);
        const edit = { mode, model: world.model, task, split: 'test', vectors, scalingCoefs } as const;
        expected.push(await countRight(lab, edit));
      }
      expect(message).toMatchObject({
        item: { scalingCoefs, accuracies: expected.map((correct) => ({ correct })) },
      });
    }
    // In f everybody can see how far it is; from responses there is nothing to wait for.
    const measuring = said.filter(
      (message) => message.question !== null && 'item' in message && message.item.type === 'progress',
    );
    expect(measuring.length > 0).toBe(mode === 'standard');
  });

  it.each(modes)('runs the network for no prediction twice, also after it was closed (%s)', async (mode) => {
    const folder = tempFolder();
    const first = openDesk(specOf(mode), folder);
    first.ask(0, [0.5, 0.5]);
    const answer = await first.reply(0);
    const predict = vi.spyOn(ImageEvaluator.prototype, 'predictEach');
    const push = vi.spyOn(ImageEvaluator.prototype, 'pushForward');
    first.ask(1, [0.5, 0.5]);
    expect(await first.reply(1)).toEqual({ ...answer, question: 1 });
    const second = openDesk(specOf(mode), folder);
    second.ask(0, [0.5, 0.5]);
    expect(await second.reply(0)).toEqual(answer);
    expect([predict.mock.calls.length, push.mock.calls.length]).toEqual([0, 0]);
    vi.restoreAllMocks();
  });

  it.each(modes)(
    'finds the images that a map has counted, by their places in the split (%s)',
    async (mode) => {
      const taskVectors = vectorsOf(mode);
      const draw = { split: 'test', imageCount: 20, batchSize: 7, engine: 'wasm' } as const;
      const { outputs } = await lab.run({
        kind: 'disentanglement',
        specVersion: 1,
        params: { mode, ...draw, cells: { shape: 'map', from: -2, to: 2, points: 3 } },
        inputs: {
          model: world.model,
          tasks: world.tasks.map((task, t) => ({ ...task, taskVector: taskVectors[t] })),
        },
        seed: 3,
      });
      const map = disentanglementResultSchema.parse(await lab.json(outputs.disentanglement));
      const { ask, reply } = openDesk({ ...specOf(mode), ...draw, seed: 3 });
      for (const [question, { scalingCoefs, disagreements }] of map.cells.entries()) {
        ask(question, scalingCoefs, 'disagreements');
        const message = await reply(question);
        if (!('item' in message) || message.item.type !== 'disagreements') throw new Error('no answer');
        const { tasks } = message.item;
        expect(tasks.map(({ indices }) => indices.length)).toEqual(disagreements);
        // One cell off the axes is also compared with models that are evaluated one by one.
        const compared = question === 8 ? tasks : [];
        for (const [t, { indices, labels, alone, together, count }] of compared.entries()) {
          expect(count).toBe(20);
          const edit = { mode, model: world.model, task: world.tasks[t], split: 'test' } as const;
          const own = scalingCoefs.map((alpha, s) => (s === t ? alpha : 0));
          const both = await predictEdit(lab, { ...edit, vectors: taskVectors, scalingCoefs });
          const single = await predictEdit(lab, { ...edit, vectors: taskVectors, scalingCoefs: own });
          expect([...together]).toEqual([...indices].map((place) => both.predictions[place]));
          expect([...alone]).toEqual([...indices].map((place) => single.predictions[place]));
          expect([...labels]).toEqual([...indices].map((place) => both.labels[place]));
        }
      }
      expect(Math.max(...map.cells.flatMap(({ disagreements }) => disagreements))).toBeGreaterThan(0);
    },
  );

  it('compares predictions only where every task has a vector', async () => {
    const { ask, reply } = openDesk({ ...specOf('linear'), tasks: [world.tasks[0]] });
    ask(0, [1, 1], 'disagreements');
    expect(await reply(0)).toMatchObject({ error: { code: 'invalid_input' } });
  });

  it('drops a question that was taken back, and answers those behind it', async () => {
    const { desk, ask, reply, said } = openDesk(specOf('standard'));
    ask(0, [1, 0]);
    ask(1, [0, 1]);
    ask(2, [1, 1]);
    desk.withdraw(1);
    await reply(2);
    desk.withdraw(7);
    const answered = said.filter((message) => 'item' in message && message.item.type === 'answer');
    expect(answered.map(({ question }) => question)).toEqual([0, 2]);
  });

  it('computes nothing for a question that was taken back before its turn, from responses either', async () => {
    const { desk, ask, reply, said } = openDesk(specOf('linear'));
    ask(0, [1, 0]);
    await reply(0);
    ask(1, [0, 1]);
    ask(2, [1, 1]);
    ask(3, [0, 0]);
    // As a message comes: in a turn of its own.
    setImmediate(() => desk.withdraw(2));
    await reply(3);
    const answered = said.filter((message) => 'item' in message && message.item.type === 'answer');
    expect(answered.map(({ question }) => question)).toEqual([0, 1, 3]);
  });

  it('refuses vectors that were trained in two ways', async () => {
    const taskVectors = [world.vectors.standard[0], world.vectors.linear[1]];
    const { until } = openDesk({ ...specOf('linear'), taskVectors });
    expect(await until((message) => 'error' in message)).toMatchObject({
      question: null,
      error: { code: 'invalid_input' },
    });
  });

  it('stops work that was taken back', async () => {
    const { desk, ask, reply, until, said } = openDesk(specOf('standard'));
    ask(0, [0.1, 0]);
    await until((message) => message.question === 0);
    desk.withdraw(0);
    ask(1, [0, 1]);
    await reply(1);
    expect(
      said.some((message) => message.question === 0 && 'item' in message && message.item.type === 'answer'),
    ).toBe(false);
  });

  it('refuses as many coefficients as there are no vectors, and goes on', async () => {
    const { ask, reply } = openDesk(specOf('linear'));
    ask(0, [1]);
    expect(await reply(0)).toMatchObject({ error: { code: 'invalid_input' } });
    ask(1, [1, 1]);
    expect(await reply(1)).toHaveProperty('item');
  });

  it('says why it cannot be opened', async () => {
    const { until } = openDesk({ ...specOf('linear'), model: 'f'.repeat(64) });
    expect(await until((message) => 'error' in message)).toMatchObject({
      question: null,
      error: { code: 'artifact_damaged' },
    });
  });
});
