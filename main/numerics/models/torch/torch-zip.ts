import type { ByteSource } from '#numerics/files/byte-source';
import { readZipEntries, type ZipEntry } from '#numerics/files/zip-archive';
import type { Complain } from '../complain';
import { bytesPerNumber } from './data-types';
import type { PickleStorage } from './pickle-values';
import { LONGEST_PICKLE, type TorchContent } from './torch-content';
import { unpickle } from './unpickle';

/**
 * Opens what `torch.save` or `torch.jit.save` wrote as a zip archive: one folder with `data.pkl`, and with the
 * numbers of each storage in `data/<key>`. Code in TorchScript archives is not looked at.
 *
 * Source: torch/serialization.py and caffe2/serialize/inline_container.h.
 *
 * @param source the file
 * @param complain makes the error
 * @returns the content, with the place of every storage
 * @throws {AppError} `checkpoint_format` for anything that is not as it should be
 */
export async function openTorchZip(source: ByteSource, complain: Complain): Promise<TorchContent> {
  const entries = await readZipEntries(source, 'checkpoint_format');
  const pickle = findPickle(entries, complain);
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  await requireLittleEndian(source, entries.get(`${folder}byteorder`), complain);
  if (pickle.size > LONGEST_PICKLE)
    throw complain(`holds a pickle of ${pickle.size} bytes, which is too long`);
  const unpickled = unpickle(await source.read(pickle.start, pickle.size), complain);
  if (unpickled === null) throw complain('holds a pickle that ends too early');
  const starts = [...unpickled.storages].map(([key, storage]): [string, number] => [
    key,
    findStorage(entries.get(`${folder}data/${key}`), storage, complain),
  ]);
  return {
    container: entries.has(`${folder}constants.pkl`) ? 'torchscript' : 'zip',
    unpickled,
    starts: new Map(starts),
  };
}

function findPickle(entries: ReadonlyMap<string, ZipEntry>, complain: Complain): ZipEntry {
  const found = [...entries.values()].filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  if (found.length === 0)
    throw complain('is a zip archive, but not one that PyTorch wrote: it has no data.pkl');
  if (found.length > 1) throw complain('is a zip archive with more than one data.pkl');
  return requirePlain(found[0], complain);
}

function findStorage(entry: ZipEntry | undefined, storage: PickleStorage, complain: Complain): number {
  if (entry === undefined) throw complain(`lacks the numbers of storage "${storage.key}"`);
  const expected = storage.count * bytesPerNumber[storage.dtype];
  const { start, size } = requirePlain(entry, complain);
  if (size !== expected) throw complain(`has ${size} bytes in ${entry.name}, but ${expected} are expected`);
  return start;
}

function requirePlain(entry: ZipEntry, complain: Complain): ZipEntry {
  if (entry.isPlain) return entry;
  throw complain(
    `is a zip archive in which ${entry.name} is compressed or encrypted; PyTorch writes it as it is, so save the model again with torch.save`,
  );
}

/** Files from before there was this entry are little-endian. */
async function requireLittleEndian(
  source: ByteSource,
  entry: ZipEntry | undefined,
  complain: Complain,
): Promise<void> {
  if (entry === undefined) return;
  const { start, size } = requirePlain(entry, complain);
  const order = size > 'little'.length ? '' : new TextDecoder().decode(await source.read(start, size));
  if (order === 'big') throw complain('was written on a big-endian machine, which is not supported');
  if (order !== 'little') throw complain('does not say in which order its bytes are');
}
