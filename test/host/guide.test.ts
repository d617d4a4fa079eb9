import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGuideImage, readGuidePage } from '#host/guide';
import { sharedTempFolder } from '#test/support/temp-folder';

describe('the pictures of the guide', () => {
  const root = sharedTempFolder();
  const images = join(root, 'resources', 'guide', 'img');
  mkdirSync(images, { recursive: true });
  for (const name of ['both', 'both-dark', 'one']) writeFileSync(join(images, `${name}.png`), name);
  writeFileSync(join(root, 'secret.png'), 'secret');

  it.each([
    ['both', 'light', 'both'],
    ['both', 'dark', 'both-dark'],
    ['one', 'dark', 'one'],
  ] as const)('are those of the theme: %s in %s', async (name, theme, content) => {
    expect(Buffer.from(await readGuideImage(root, name, theme)).toString()).toBe(content);
  });

  it.each(['none', '../../../secret', 'both.png', ''])(
    'are none but those of the folder: %j',
    async (name) => {
      await expect(readGuideImage(root, name, 'light')).rejects.toMatchObject({ code: 'invalid_input' });
    },
  );

  it('belong to pages that are listed', async () => {
    await expect(readGuidePage(root, '../secret')).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
