import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomically } from '#artifacts/atomic-file';
import { engineChoiceSchema } from '#contract/engines';
import { AppError } from '#contract/errors';
import type { DataDirectory } from './data-directory';

const settingsSchema = z
  .object({ format: z.literal('tangent-settings/1'), engine: engineChoiceSchema })
  .strict();

/** What is chosen for a data directory as a whole. */
export type Settings = Omit<z.infer<typeof settingsSchema>, 'format'>;

/**
 * Reads what is chosen for a data directory.
 *
 * @throws {AppError} `invalid_input` if the file is not valid
 */
export function readSettings({ settingsFile }: Pick<DataDirectory, 'settingsFile'>): Settings {
  if (!existsSync(settingsFile)) return { engine: 'auto' };
  try {
    const { engine } = settingsSchema.parse(JSON.parse(readFileSync(settingsFile, 'utf8')));
    return { engine };
  } catch (cause) {
    throw new AppError(
      'invalid_input',
      `The settings in ${settingsFile} cannot be read. Mend the file, or remove it to go back to what is usual.`,
      { path: settingsFile },
      { cause },
    );
  }
}

/** Replaces what is chosen for a data directory. */
export async function writeSettings(
  { settingsFile }: Pick<DataDirectory, 'settingsFile'>,
  settings: Settings,
): Promise<void> {
  const stored = { format: 'tangent-settings/1', ...settings };
  await writeFileAtomically(settingsFile, Buffer.from(`${JSON.stringify(stored, null, 2)}\n`));
}
