import type { ByteSource } from '#numerics/files/byte-source';
import { openSafetensors } from '../safetensors';
import type { StoredTensor } from '../stored-tensor';
import { openTorchFile } from '../torch/torch-file';

/** A file of weights, opened but not read. */
export interface Checkpoint {
  readonly container: 'safetensors' | 'zip' | 'torchscript' | 'legacy';
  /** By the name, or the dotted path of attributes and keys, at which they stand. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Free text by key, which safetensors may carry. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Strings, numbers and booleans by dotted path; empty for safetensors. */
  readonly values: ReadonlyMap<string, string | number | boolean>;
  /** Names of the classes of objects by dotted path; empty for safetensors. */
  readonly classes: ReadonlyMap<string, string>;
  /** Names in a pickle that were not understood and not executed. */
  readonly unknownGlobals: readonly string[];
}

/**
 * Opens a file of weights, whatever it is: safetensors, or what PyTorch writes. Nothing in it is executed.
 *
 * @param source the file; must stay open while tensors are read
 * @throws {AppError} `checkpoint_format` if it is neither, or damaged
 */
export async function openCheckpoint(source: ByteSource): Promise<Checkpoint> {
  if (await looksLikeSafetensors(source)) {
    const { tensors, metadata } = await openSafetensors(source);
    return {
      container: 'safetensors',
      tensors,
      metadata,
      values: new Map(),
      classes: new Map(),
      unknownGlobals: [],
    };
  }
  const { container, tensors, facts, classes, unknownGlobals } = await openTorchFile(source);
  return { container, tensors, metadata: {}, values: facts, classes, unknownGlobals };
}

/** A JSON object begins after the eight bytes of its length. */
async function looksLikeSafetensors(source: ByteSource): Promise<boolean> {
  return source.size > 8 && (await source.read(8, 1))[0] === 0x7b;
}
