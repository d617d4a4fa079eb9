import type { ByteSource } from '#numerics/files/byte-source';
import type { Complain } from '../complain';
import { bytesPerNumber } from './data-types';
import type { PickleStorage, PickleValue } from './pickle-values';
import { LONGEST_PICKLE, type TorchContent } from './torch-content';
import { unpickle, type Unpickled } from './unpickle';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/** Bytes that are read first of a pickle, whose length is not known before; then four times as many. */
const FIRST_WINDOW = 64 * 1024;

/** Every storage begins with its length. */
const COUNT_BYTES = 8;

/**
 * Opens what `torch.save` wrote before it wrote zip archives: pickles of a magic number, a version, the machine,
 * the object and the keys of its storages; then each storage's length and numbers.
 *
 * Source: `_legacy_save` in torch/serialization.py.
 *
 * @param source the file
 * @param complain makes the error
 * @returns the content, with the place of every storage
 * @throws {AppError} `checkpoint_format` for anything that is not as it should be
 */
export async function openLegacyTorch(source: ByteSource, complain: Complain): Promise<TorchContent> {
  let position = 0;
  const next = async (): Promise<Unpickled> => {
    const unpickled = await readPickle(source, position, complain);
    position += unpickled.length;
    return unpickled;
  };
  if ((await next()).value !== MAGIC) throw complain('does not begin with the magic number of PyTorch');
  if ((await next()).value !== PROTOCOL) throw complain('has a version of the format that is not known');
  const machine = (await next()).value;
  if (!(machine instanceof Map) || machine.get('little_endian') !== true) {
    throw complain('was written on a big-endian machine, which is not supported');
  }
  const unpickled = await next();
  const storages = listStorages((await next()).value, unpickled.storages, complain);
  return { container: 'legacy', unpickled, starts: await locate(source, position, storages, complain) };
}

async function readPickle(source: ByteSource, position: number, complain: Complain): Promise<Unpickled> {
  for (let wanted = FIRST_WINDOW; ; wanted *= 4) {
    const length = Math.min(wanted, source.size - position, LONGEST_PICKLE);
    const unpickled = unpickle(await source.read(position, length), complain);
    if (unpickled !== null) return unpickled;
    if (length === LONGEST_PICKLE) throw complain('holds a pickle that is too long');
    if (length < wanted) throw complain('ends before its content does');
  }
}

/** Returns the storages in the order in which they lie in the file. */
function listStorages(
  keys: PickleValue,
  storages: ReadonlyMap<string, PickleStorage>,
  complain: Complain,
): readonly PickleStorage[] {
  const listed = new Set(Array.isArray(keys) ? keys : []);
  const found = [...listed].flatMap((key) => storages.get(String(key as string | number)) ?? []);
  const isComplete = Array.isArray(keys) && keys.length === storages.size && found.length === storages.size;
  if (!isComplete) throw complain('does not list the storages that it holds');
  return found;
}

async function locate(
  source: ByteSource,
  begin: number,
  storages: readonly PickleStorage[],
  complain: Complain,
): Promise<ReadonlyMap<string, number>> {
  const starts = new Map<string, number>();
  let position = begin;
  for (const { key, count, dtype } of storages) {
    const bytes = await source.read(position, COUNT_BYTES);
    const stored = new DataView(bytes.buffer, bytes.byteOffset, COUNT_BYTES).getBigInt64(0, true);
    if (stored !== BigInt(count)) throw complain(`has another length of storage "${key}" than it says`);
    starts.set(key, position + COUNT_BYTES);
    position += COUNT_BYTES + count * bytesPerNumber[dtype];
  }
  if (position > source.size) throw complain('ends before its content does');
  if (position < source.size) throw complain(`has ${source.size - position} bytes that belong to no storage`);
  return starts;
}
