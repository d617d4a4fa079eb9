import { describe, expect, it } from 'vitest';
import { ArtifactStore } from '#artifacts/artifact-store';
import { KernelEnergy } from '#host/kernel-energy';
import { RandomStream } from '#numerics/engine/random';
import { encodeSpectra } from '#numerics/ntk/gram-file';
import { localEnergy } from '#numerics/ntk/local-energy';
import { tempFolder } from '#test/support/temp-folder';

const images = 7;

function spectrum(functions: number, index: number) {
  const data = Float64Array.from(new RandomStream(0, 'functions', index).normals(images * functions));
  // As they are stored.
  const right = { rows: images, columns: functions, data: data.map(Math.fround) };
  return { values: new Float64Array(functions).fill(1), right };
}

const origin = { model: 'm', task: 't', control: 'c', taskVector: null, split: 'train', outputs: ['a', 'b'] };

describe('the local energy of stored eigenfunctions', () => {
  it('is that of the numerics for every number of eigenfunctions, averaged over the scalars', async () => {
    const store = new ArtifactStore(tempFolder());
    const spectra = [spectrum(3, 0), spectrum(5, 1)];
    const { id } = await store.put(encodeSpectra(spectra, origin));
    const energy = new KernelEnergy(store);
    for (const rank of [1, 2, 3, 4, 5]) {
      const each = spectra.map(({ right }) => localEnergy(right, Math.min(rank, right.columns)));
      const found = await energy.perImage(id, rank);
      found.forEach((value, j) => expect(value).toBeCloseTo((each[0][j] + each[1][j]) / 2, 12));
      expect(found).toHaveLength(images);
    }
  });

  it('is refused for a file that holds no spectrum, also when it is asked for again', async () => {
    const store = new ArtifactStore(tempFolder());
    const { id } = await store.put(new TextEncoder().encode('not a spectrum'));
    const energy = new KernelEnergy(store);
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(energy.perImage(id, 1)).rejects.toMatchObject({ code: 'artifact_damaged' });
    }
  });
});
