import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '#contract/errors';
import { openFile, type OpenFile } from '#numerics/files/byte-source';
import type { CheckpointFiles } from './clip-checkpoint';
import { openCheckpoint, type Checkpoint } from './open-checkpoint';

/** The opened files of a checkpoint; whoever opened them closes them. */
export interface OpenCheckpointFiles extends CheckpointFiles {
  /** Content of tokenizer.json; null if there is none. */
  readonly tokenizer: string | null;
  /** Size of the weights in bytes. */
  readonly sizeBytes: number;
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
 * Opens the weights at a path, with the configuration files that lie in the same folder.
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
    return {
      label: path,
      weights: joinShards(parts, path),
      sizeBytes: files.reduce((sum, { size }) => sum + size, 0),
      names: [...names, basename(folder)],
      config: await readOptional(join(folder, 'config.json')),
      processor: await readOptional(join(folder, 'preprocessor_config.json')),
      openClipConfig: await readOptional(join(folder, 'open_clip_config.json')),
      tokenizer: await readOptional(join(folder, 'tokenizer.json')),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Names of the files that together hold the weights of a folder. */
async function findWeights(folder: string): Promise<string[]> {
  const present = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
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
  const wrong = (what: string, cause?: unknown) =>
    new AppError('checkpoint_format', `${file} ${what}.`, { file }, { cause });
  let parsed;
  try {
    parsed = indexSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw wrong('is not JSON', cause);
  }
  if (!parsed.success) throw wrong('does not say which tensor is in which file');
  const names = [...new Set(Object.values(parsed.data.weight_map))].sort();
  const outside = names.find((name) => basename(name) !== name || name.startsWith('.'));
  if (outside !== undefined) throw wrong(`names a file outside its folder ("${outside}")`);
  return names;
}

function joinShards(parts: readonly Checkpoint[], label: string): Checkpoint {
  if (parts.length === 1) return parts[0];
  const tensors = new Map(parts.flatMap((part) => [...part.tensors]));
  if (tensors.size !== parts.reduce((sum, part) => sum + part.tensors.size, 0)) {
    throw new AppError('checkpoint_format', `${label} has a tensor in two of its files.`, { file: label });
  }
  return { ...parts[0], tensors };
}

async function readOptional(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AppError('source_missing', `${path} cannot be read.`, { path }, { cause: error });
  }
}
