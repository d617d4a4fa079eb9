import type { ByteSource } from '#numerics/files/byte-source';
import { complainer } from '../complain';
import { detectFileKind } from './file-kind';
import { flatten } from './flatten';
import { openLegacyTorch } from './torch-legacy';
import { openTensor, type TorchTensor } from './torch-tensor';
import { openTorchZip } from './torch-zip';

/** What a file of PyTorch holds. */
export interface TorchFile {
  readonly container: 'zip' | 'torchscript' | 'legacy';
  /** Tensors by the dotted path at which they stand, e.g. `state_dict.visual.proj`, `model.visual.conv1.weight`. */
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  /** Strings, numbers and booleans by dotted path, e.g. `model.visual.transformer.resblocks.0.attn.num_heads`. */
  readonly facts: ReadonlyMap<string, string | number | boolean>;
  /**
   * The class of every object that is not plain data, by dotted path, e.g. `open_clip.transformer.QuickGELU` at
   * `model.visual.transformer.resblocks.0.mlp.gelu`; the root has path ''. A class or function that stands somewhere
   * itself is listed by its own name.
   */
  readonly classes: ReadonlyMap<string, string>;
  /** Names of classes and functions (module.name) that were not understood and remained names, sorted. */
  readonly unknownGlobals: readonly string[];
}

/**
 * Opens a file of PyTorch: what `torch.save` writes and wrote before version 1.6, and TorchScript archives.
 * Pickles are read as data, nothing in the file is executed, and numbers are not read before they are asked for.
 *
 * @param source the file; must stay open while tensors are read
 * @returns its content by dotted path; see {@link flatten}
 * @throws {AppError} `checkpoint_format` naming the file, and the tensor if there is one, for anything wrong
 */
export async function openTorchFile(source: ByteSource): Promise<TorchFile> {
  const complain = complainer(source.label);
  const kind = await detectFileKind(source);
  if (kind.container === null) throw complain(kind.looks);
  const open = kind.container === 'zip' ? openTorchZip : openLegacyTorch;
  const { container, unpickled, starts } = await open(source, complain);
  const { tensors, facts, classes } = flatten(unpickled.value, complain);
  const opened = [...tensors].map(([path, tensor]): [string, TorchTensor] => {
    // Containers have a place for every storage that the pickle refers to.
    const start = starts.get(tensor.parts.storage.key)!;
    return [path, openTensor(path, tensor, { source, start }, complain)];
  });
  return {
    container,
    tensors: new Map(opened),
    facts,
    classes,
    unknownGlobals: [...unpickled.unknownGlobals].sort(),
  };
}
