import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprintSource } from '#artifacts/fingerprint';
import { startEngine } from '#numerics/engine/start-engine';
import { decodeHead } from '#numerics/models/head-file';
import { makeSmallTasks, RunLab, type LabRun } from '#test/support/run-lab';
import { sharedTempFolder } from '#test/support/temp-folder';

const digits = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

describe('a zero-shot head of the starter', () => {
  const lab = new RunLab(sharedTempFolder());
  let towers: LabRun['outputs'];
  let dataset: string;

  beforeAll(async () => {
    await startEngine('wasm');
    dataset = (await makeSmallTasks(lab)).tasks[1].dataset;
    const source = await fingerprintSource(join(import.meta.dirname, '../../resources/starter/clip'));
    const { path, fingerprint } = source;
    const choices = { heads: null, activation: null, preprocessing: null };
    ({ outputs: towers } = await lab.run({
      kind: 'import-model',
      specVersion: 3,
      params: { path, fingerprint, name: 'starter', ...choices },
      inputs: {},
      seed: 0,
    }));
  });

  async function makeHead(template: string, promptNames: string[]): Promise<readonly number[]> {
    const { textEncoder, tokenizer } = towers;
    const { outputs } = await lab.run({
      kind: 'zero-shot-head',
      specVersion: 1,
      params: { templates: [template], promptNames, engine: 'wasm' },
      inputs: { dataset, textEncoder, tokenizer },
      seed: 0,
    });
    return [...decodeHead(await lab.context().artifacts.read(outputs.head), 'head').weight];
  }

  it('does not depend on punctuation and case', async () => {
    const plain = await makeHead('photo {class} handwritten digit', digits);
    expect(await makeHead('Photo "{class}", handwritten digit.', digits)).toEqual(plain);
  });

  it('is refused where the text tower cannot tell classes apart', async () => {
    const strange = digits.map((name) => `${name}ish`);
    await expect(makeHead('photo {class}', strange)).rejects.toMatchObject({
      code: 'invalid_input',
      data: { classes: ['zeroish', 'oneish'] },
    });
    const late = 'photo of a very old and rather large {class}';
    await expect(makeHead(late, digits)).rejects.toMatchObject({ data: { classes: ['zero', 'one'] } });
  });

  it('may have one name twice, as published lists do', async () => {
    const twice = ['zero', 'zero', ...digits.slice(2)];
    const weight = await makeHead('photo {class}', twice);
    expect(weight.slice(0, weight.length / 10)).toEqual(
      weight.slice(weight.length / 10, (2 * weight.length) / 10),
    );
  });
});
