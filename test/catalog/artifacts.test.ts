import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import { addArtifact, addRun, artifactEvent, openTestCatalog, say } from '#test/support/catalog-fixture';

/** Two made-up contents whose hashes begin with the same digits. */
function findCollision(length: number): { contents: [string, string]; prefix: string } {
  const seen = new Map<string, string>();
  for (let n = 0; ; n += 1) {
    const prefix = sha256(`content ${n}`).slice(0, length);
    const other = seen.get(prefix);
    if (other !== undefined) return { contents: [other, `content ${n}`], prefix };
    seen.set(prefix, `content ${n}`);
  }
}

describe('ArtifactTable', () => {
  it('finds an artifact by a unique beginning of its id', () => {
    const catalog = openTestCatalog();
    const { contents, prefix } = findCollision(4);
    const [first] = contents.map((content) => addArtifact(catalog, content));
    expect(catalog.artifacts.find(first.artifactId).id).toBe(first.artifactId);
    expect(catalog.artifacts.find(first.artifactId.slice(0, 12)).id).toBe(first.artifactId);
    expect(() => catalog.artifacts.find(prefix)).toThrow(
      expect.objectContaining({ code: 'ambiguous_id', data: { prefix } }),
    );
  });

  it('says which artifact is unknown', () => {
    const catalog = openTestCatalog();
    addArtifact(catalog, 'something');
    expect(() => catalog.artifacts.find('%')).toThrow(
      expect.objectContaining({ code: 'unknown_artifact', data: { artifactId: '%' } }),
    );
  });

  it('names the run that first made an artifact, with the label it gave', () => {
    const catalog = openTestCatalog();
    // Run ids are random: with one pair, the wrong order would go unnoticed half of the time.
    for (let n = 0; n < 12; n += 1) {
      const [early, late] = [addRun(catalog), addRun(catalog)];
      say(catalog, late.id, artifactEvent(`weights ${n}`, { role: 'model', label: 'late' }), 2000);
      say(catalog, early.id, artifactEvent(`weights ${n}`, { role: 'copy', label: 'early' }), 3000);
      expect(catalog.artifacts.find(sha256(`weights ${n}`))).toEqual({
        id: sha256(`weights ${n}`),
        kind: 'model',
        role: 'copy',
        label: 'early',
        sizeBytes: Buffer.byteLength(`weights ${n}`),
        createdAt: 2000,
        madeBy: early.id,
      });
    }
  });

  it('lists what a run has read and made, by role', () => {
    const catalog = openTestCatalog();
    const model = addArtifact(catalog, 'weights', { label: 'ViT' });
    const data = addArtifact(catalog, 'images', { kind: 'dataset', label: 'digits' });
    const { id } = addRun(catalog);
    catalog.artifacts.linkInputs(
      id,
      new Map([
        ['model', model.artifactId],
        ['dataset', data.artifactId],
      ]),
    );
    say(catalog, id, artifactEvent('vector', { kind: 'task-vector', role: 'taskVector' }));
    expect(catalog.artifacts.ofRun(id, 'input')).toMatchObject([
      { role: 'dataset', id: data.artifactId, kind: 'dataset', label: 'digits' },
      { role: 'model', id: model.artifactId, kind: 'model', label: 'ViT' },
    ]);
    expect(catalog.artifacts.ofRun(id, 'output')).toMatchObject([
      { role: 'taskVector', id: sha256('vector'), kind: 'task-vector' },
    ]);
  });

  it('does not take a run that has read an artifact for its maker', () => {
    const catalog = openTestCatalog();
    const reader = addRun(catalog);
    const { artifactId, runId } = addArtifact(catalog, 'weights');
    catalog.artifacts.linkInputs(reader.id, new Map([['model', artifactId]]));
    expect(catalog.artifacts.find(artifactId).madeBy).toBe(runId);
  });

  it('labels an input as the run did that first made it', () => {
    const catalog = openTestCatalog();
    for (let n = 0; n < 12; n += 1) {
      const { artifactId } = addArtifact(catalog, `weights ${n}`, { label: 'first' });
      addArtifact(catalog, `weights ${n}`, { label: 'second' });
      const { id } = addRun(catalog);
      catalog.artifacts.linkInputs(id, new Map([['model', artifactId]]));
      expect(catalog.artifacts.ofRun(id, 'input')).toMatchObject([{ label: 'first' }]);
    }
  });
});
