import { describe, expect, it } from 'vitest';
import { ArtifactStore } from '#artifacts/artifact-store';
import { sha256 } from '#artifacts/sha256';
import { DatasetImages } from '#host/dataset-images';
import { tempFolder } from '#test/support/temp-folder';

/** A dataset of seven images of two classes, whose files are the numbers of the images. */
async function storeDataset() {
  const store = new ArtifactStore(tempFolder());
  const files = ['zero', 'one', 'two', 'three', 'four'];
  const pack = await store.put(Buffer.from(files.join('')));
  let offset = 0;
  const samples = files.map((name, n) => {
    const sample = { name, label: n % 2, offset, length: name.length, sha256: sha256(name) };
    offset += name.length;
    return sample;
  });
  const manifest = {
    format: 'tangent-dataset/1',
    name: 'numbers',
    known: null,
    classes: ['even', 'odd'],
    imageSize: { minWidth: 1, maxWidth: 2, minHeight: 3, maxHeight: 4 },
    splits: {
      train: { packArtifact: pack.id, samples },
      val: { packArtifact: null, samples: [] },
      test: { packArtifact: pack.id, samples: samples.slice(0, 1) },
    },
  };
  const { id } = await store.put(Buffer.from(JSON.stringify(manifest)));
  return { id, pack: pack.id, images: new DatasetImages(store) };
}

describe('DatasetImages', () => {
  it('counts the images of every class', async () => {
    const { id, images } = await storeDataset();
    expect(await images.summary(id)).toEqual({
      name: 'numbers',
      known: null,
      imageSize: { minWidth: 1, maxWidth: 2, minHeight: 3, maxHeight: 4 },
      classes: [
        { name: 'even', counts: { train: 3, val: 0, test: 1 } },
        { name: 'odd', counts: { train: 2, val: 0, test: 0 } },
      ],
    });
  });

  it('reads images at the places asked for, in their order', async () => {
    const { id, images } = await storeDataset();
    const found = await images.images(id, 'train', [3, 0]);
    expect(found.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['three', 'zero']);
    expect(found.map(({ index, label }) => [index, label])).toEqual([
      [3, 1],
      [0, 0],
    ]);
  });

  it('lists the places of a class', async () => {
    const { id, images } = await storeDataset();
    expect(await images.places(id, 'train', 1, 9)).toEqual([1, 3]);
    expect(await images.places(id, 'train', null, 2)).toEqual([0, 1]);
    expect(await images.places(id, 'val', null, 2)).toEqual([]);
  });

  it('refuses what is not there', async () => {
    const { id, pack, images } = await storeDataset();
    await expect(images.images(id, 'test', [1])).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(images.images(id, 'val', [0])).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(images.summary(pack)).rejects.toMatchObject({ code: 'artifact_damaged' });
    await expect(images.summary('f'.repeat(64))).rejects.toMatchObject({ code: 'artifact_damaged' });
  });
});
