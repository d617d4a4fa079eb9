import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import type { ArtifactFilter } from '#catalog/artifacts';
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

  it('lists artifacts of some kinds, the newest first, with the run that first made them', () => {
    const catalog = openTestCatalog();
    const made: Record<string, string> = {};
    for (const [n, [label, kind]] of (
      [
        ['ViT one', 'model'],
        ['Digits', 'dataset'],
        ['ViT two', 'model'],
        ['digits of vit', 'task-vector'],
      ] as const
    ).entries()) {
      const { id } = addRun(catalog);
      say(catalog, id, artifactEvent(label, { kind, label }), 1000 + n);
      say(catalog, addRun(catalog).id, artifactEvent(label, { kind, label: 'made again' }), 2000 + n);
      made[label] = id;
    }
    const list = (filter: Partial<ArtifactFilter>) =>
      catalog.artifacts.list({ kinds: ['model', 'task-vector'], text: '', limit: 9, ...filter });
    const labels = (filter: Partial<ArtifactFilter>) => list(filter).map(({ label }) => label);
    expect(labels({})).toEqual(['digits of vit', 'ViT two', 'ViT one']);
    expect(labels({ kinds: ['dataset'] })).toEqual(['Digits']);
    expect(labels({ text: 'VIT  o' })).toEqual(['digits of vit', 'ViT two', 'ViT one']);
    expect(labels({ text: 'one' })).toEqual(['ViT one']);
    expect(labels({ limit: 1, after: list({ limit: 2 })[1].id })).toEqual(['ViT one']);
    expect(list({ limit: 1 })[0].madeBy).toMatchObject({
      runId: made['digits of vit'],
      kind: 'render-tasks',
      title: 'run of render-tasks',
      spec: { kind: 'render-tasks' },
    });
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

  it('names the runs that made an artifact before another was submitted', () => {
    const catalog = openTestCatalog();
    const { artifactId, runId: first } = addArtifact(catalog, 'weights');
    const { runId: second } = addArtifact(catalog, 'weights');
    const reader = addRun(catalog);
    addArtifact(catalog, 'weights');
    expect(catalog.artifacts.makersBefore(artifactId, reader.id)).toEqual([first, second]);
    expect(catalog.artifacts.makersBefore(artifactId, second)).toEqual([first]);
    expect(catalog.runs.inOrder([reader.id, 'none', first, first]).map(({ id }) => id)).toEqual([
      first,
      reader.id,
    ]);
  });
});
