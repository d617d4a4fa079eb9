import type { NamedArray } from '#numerics/engine/tensor';
import { writeSafetensors } from '../safetensors';
import { storedTensors } from '../stored-tensor';

/** A file of an exported model. */
export interface ExportedFile {
  /** Its name in the folder. */
  readonly name: string;
  /** Writes its content piece by piece. */
  readonly write: (write: (bytes: Uint8Array) => Promise<unknown>) => Promise<void>;
}

/**
 * Makes a text file.
 *
 * @param name of the file
 * @param text its content
 */
export function textFile(name: string, text: string): ExportedFile {
  return {
    name,
    write: async (write) => {
      await write(new TextEncoder().encode(text));
    },
  };
}

/**
 * Makes a JSON file.
 *
 * @param name of the file
 * @param value its content
 */
export function jsonFile(name: string, value: unknown): ExportedFile {
  return textFile(name, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Makes a safetensors file that PyTorch programs take.
 *
 * @param name of the file
 * @param tensors by name
 * @param metadata besides the format, which transformers wants to see
 */
export function tensorFile(
  name: string,
  tensors: ReadonlyMap<string, NamedArray>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): ExportedFile {
  return { name, write: (write) => writeSafetensors(storedTensors(tensors), metadata, write) };
}
