import { expect, it } from 'vitest';
import { encodeModel, type ModelFacts } from '#numerics/models/model-file';
import { initializeVision } from '#numerics/models/vision-parameters';
import { RunLab } from '#test/support/run-lab';
import { sharedTempFolder } from '#test/support/temp-folder';
import { tinyArchitecture } from '#test/support/tiny-tower';
import { loadModel } from '#worker/procedures/load-inputs';

const lab = new RunLab(sharedTempFolder());
const facts: ModelFacts = {
  name: 'pre-trained',
  architecture: tinyArchitecture,
  preprocessing: { mean: [0.1, 0.2, 0.3], std: [0.5, 0.6, 0.7] },
  naming: 'hugging-face',
  origin: 'a checkpoint',
  doubts: ['QuickGELU is assumed'],
};

it('draws a model with the sizes, preprocessing and origin of another, by its seed', async () => {
  const context = lab.context();
  const { id: model } = await context.artifacts.put(
    encodeModel({ ...facts, params: initializeVision(tinyArchitecture, 9) }),
  );
  const draw = async (seed: number) =>
    lab.run({
      kind: 'initialize-model',
      specVersion: 1,
      params: { name: 'random' },
      inputs: { model },
      seed,
    });
  const drawn = await draw(3);
  expect(await loadModel(context, drawn.outputs.model)).toEqual({
    ...facts,
    name: 'random',
    naming: 'open-clip',
    doubts: [],
    params: initializeVision(tinyArchitecture, 3, 'random-init'),
  });
  // Not where pre-training with this seed began.
  const start = initializeVision(tinyArchitecture, 3).get('visual.proj');
  expect((await loadModel(context, drawn.outputs.model)).params.get('visual.proj')).not.toEqual(start);
  expect((await draw(3)).outputs).toEqual(drawn.outputs);
  expect((await draw(4)).outputs).not.toEqual(drawn.outputs);
});
