import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '#contract/errors';
import { openFile, type OpenFile } from '#numerics/files/byte-source';
import { parseJsonFile } from '../parse-json';
import type { CheckpointFiles } from './clip-checkpoint';
import { openCheckpoint, type Checkpoint } from './open-checkpoint';

/** The opened files of a checkpoint; whoever opened them closes them. */
export interface OpenCheckpointFiles extends CheckpointFiles {
  /** Content of tokenizer.json; null if there is none. */
  readonly tokenizer: string | null;
  readonly close: () => Promise<void>;
}

/** Names of weights in a folder, best first: safetensors hold nothing but numbers. */
const WEIGHT_NAMES = [
  'model.safetensors',
  'open_clip_model.safetensors',
  'open_clip_pytorch_model.safetensors',
  'pytorch_model.bin',
  'open_clip_pytorch_model.bin',
];
const INDEX_NAMES = ['model.safetensors.index.json', 'pytorch_model.bin.index.json'];
const WEIGHT_EXTENSIONS = /\.(safetensors|bin|pt|pth|ckpt)$/;

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/**
 * Opens the weights at a path. Of a folder, the configuration files beside them are read as well; of a file
 * they are not, because an import records the content of what it was given, and of nothing else.
 *
 * @param path a file of weights, or a folder: Hugging Face's, open_clip's, or one with a single such file
 * @throws {AppError} `source_missing`; `checkpoint_format` if there are no weights, or they are damaged
 */
export async function openCheckpointFiles(path: string): Promise<OpenCheckpointFiles> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    (cause: unknown) => {
      throw new AppError('source_missing', `${path} cannot be read.`, { path }, { cause });
    },
  );
  const folder = isFolder ? path : dirname(path);
  const names = isFolder ? await findWeights(path) : [basename(path)];
  const files: OpenFile[] = [];
  const close = async () => {
    await Promise.all(files.map((file) => file.close()));
  };
  try {
    for (const name of names) files.push(await openFile(join(folder, name), 'checkpoint_format'));
    const parts: Checkpoint[] = [];
    for (const file of files) parts.push(await openCheckpoint(file));
    const beside = (name: string) => (isFolder ? readOptional(join(folder, name)) : Promise.resolve(null));
    return {
      label: path,
      weights: joinShards(parts, path),
      names: [...names, basename(folder)],
      config: await beside('config.json'),
      processor: await beside('preprocessor_config.json'),
      openClipConfig: await beside('open_clip_config.json'),
      tokenizer: await beside('tokenizer.json'),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Names of the files that together hold the weights of a folder. */
async function findWeights(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const present = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  const whole = WEIGHT_NAMES.find((name) => present.includes(name));
  if (whole !== undefined) return [whole];
  const index = INDEX_NAMES.find((name) => present.includes(name));
  if (index !== undefined) return listShards(folder, index);
  const others = present.filter((name) => WEIGHT_EXTENSIONS.test(name));
  if (others.length === 1) return others;
  const found =
    others.length === 0 ? 'no file of weights' : `several (${others.join(', ')}); name the one you mean`;
  throw new AppError(
    'checkpoint_format',
    `${folder} holds ${found}. A Hugging Face folder has model.safetensors or pytorch_model.bin.`,
    { file: folder },
  );
}

async function listShards(folder: string, index: string): Promise<string[]> {
  const file = join(folder, index);
  const { weight_map: fileOfTensor } = parseJsonFile(indexSchema, await readFile(file, 'utf8'), file);
  const names = [...new Set(Object.values(fileOfTensor))].sort();
  const outside = names.find((name) => basename(name) !== name || name.startsWith('.'));
  if (outside !== undefined) {
    throw new AppError('checkpoint_format', `${file} names a file outside its folder ("${outside}").`, {
      file,
    });
  }
  return names;
}

function joinShards(parts: readonly Checkpoint[], label: string): Checkpoint {
  if (parts.length === 1) return parts[0];
  const tensors = new Map(parts.flatMap((part) => [...part.tensors]));
  if (tensors.size !== parts.reduce((sum, part) => sum + part.tensors.size, 0)) {
    throw new AppError('checkpoint_format', `${label} has a tensor in two of its files.`, { file: label });
  }
  const unknownGlobals = [...new Set(parts.flatMap((part) => part.unknownGlobals))].sort();
  return {
    ...parts[0],
    tensors,
    values: new Map(parts.flatMap((part) => [...part.values])),
    classes: new Map(parts.flatMap((part) => [...part.classes])),
    unknownGlobals,
  };
}

async function readOptional(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AppError('source_missing', `${path} cannot be read.`, { path }, { cause: error });
  }
}
