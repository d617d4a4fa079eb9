import { readdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArtifactStore } from '#artifacts/artifact-store';
import { sha256 } from '#artifacts/sha256';
import { tempFolder } from '#test/support/temp-folder';

const bytes = Buffer.from('forty-two');

describe('ArtifactStore', () => {
  it('names a file by the hash of its bytes and gives the bytes back', async () => {
    const store = new ArtifactStore(tempFolder());
    const { id, sizeBytes } = await store.put(bytes);
    expect(id).toBe(sha256(bytes));
    expect(sizeBytes).toBe(bytes.length);
    expect(await store.read(id)).toEqual(bytes);
    expect(await store.verify(id)).toBe('intact');
  });

  it('makes the same artifact of the same bytes, in one piece or many', async () => {
    const store = new ArtifactStore(tempFolder());
    const whole = await store.put(bytes);
    const writer = await store.openWriter();
    expect(await writer.write(bytes.subarray(0, 5))).toBe(0);
    expect(await writer.write(bytes.subarray(5))).toBe(5);
    expect(await writer.finish()).toEqual(whole);
  });

  it('shows nothing of an artifact that was not finished', async () => {
    const store = new ArtifactStore(tempFolder());
    const writer = await store.openWriter();
    await writer.write(bytes);
    expect(await store.has(sha256(bytes))).toBe(false);
    await writer.abort();
    expect(readdirSync(join(store.root, 'incoming'))).toEqual([]);
  });

  it('refuses bytes that were altered or cut short', async () => {
    const store = new ArtifactStore(tempFolder());
    const { id } = await store.put(bytes);
    writeFileSync(store.pathOf(id), 'forty-one');
    expect(await store.verify(id)).toBe('altered');
    await expect(store.read(id)).rejects.toMatchObject({ code: 'artifact_damaged' });
    truncateSync(store.pathOf(id), 3);
    await expect(store.read(id)).rejects.toMatchObject({ code: 'artifact_damaged' });
  });

  it('repairs a file that was cut short or altered when the same bytes are stored again', async () => {
    const store = new ArtifactStore(tempFolder());
    const { id } = await store.put(bytes);
    truncateSync(store.pathOf(id), 3);
    await store.put(bytes);
    expect(await store.verify(id)).toBe('intact');
    writeFileSync(store.pathOf(id), 'forty-one');
    await store.put(bytes);
    expect(await store.verify(id)).toBe('intact');
  });

  it('says which artifact is missing', async () => {
    const store = new ArtifactStore(tempFolder());
    const id = sha256('nothing');
    await expect(store.read(id)).rejects.toMatchObject({
      code: 'artifact_damaged',
      data: { artifactId: id },
    });
    expect(await store.verify(id)).toBe('missing');
    expect(await store.openStream(id)).toBeNull();
  });

  it('removes what a killed process left behind, but not what another is writing', async () => {
    const store = new ArtifactStore(tempFolder());
    const writer = await store.openWriter();
    const abandoned = join(store.root, 'incoming', 'abandoned');
    writeFileSync(abandoned, 'half');
    utimesSync(abandoned, new Date(0), new Date(0));
    expect(await store.removeAbandoned()).toBe(1);
    await writer.write(bytes);
    expect((await writer.finish()).id).toBe(sha256(bytes));
  });
});
