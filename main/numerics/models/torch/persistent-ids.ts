import { typesOfStorages } from './data-types';
import { PickleError } from './pickle-reader';
import { PickleGlobal, PickleStorage, type PickleValue } from './pickle-values';

/** No reference has more parts that matter. */
const MOST_PARTS = 6;

/**
 * Resolves a pickle's reference to something outside of it: a storage, or a class with its source text, of which
 * only the class matters.
 *
 * Source: `persistent_id` in torch/serialization.py.
 *
 * @param id the reference
 * @param storages all storages that were referred to before, by key; gets this one
 * @throws {PickleError} if it is neither, or describes a storage otherwise than before
 */
export function resolvePersistent(id: PickleValue, storages: Map<string, PickleStorage>): PickleValue {
  const [kind, ...parts] = Array.isArray(id) ? id.slice(0, MOST_PARTS) : [];
  if (kind === 'module' && parts.length >= 1) return parts[0];
  if (kind === 'storage' && parts.length >= 4) return resolveStorage(parts, storages);
  throw new PickleError('it refers to something unknown outside');
}

/** `parts` are class, key, device, length and, in old files, what part of it a view shows. */
function resolveStorage(
  [storageClass, keyValue, , count, view = null]: readonly PickleValue[],
  storages: Map<string, PickleStorage>,
): PickleStorage {
  const className = storageClass instanceof PickleGlobal ? storageClass.name : '';
  const dtype = typesOfStorages.get(className);
  if (dtype === undefined) throw new PickleError(`storages of class "${className}" are not known`);
  if (typeof keyValue !== 'string' && typeof keyValue !== 'number') {
    throw new PickleError('a storage has no key');
  }
  const key = String(keyValue);
  const storage = new PickleStorage(key, dtype, requireCount(count), 0);
  const known = storages.get(key) ?? storage;
  if (known.dtype !== dtype || known.count !== storage.count) {
    throw new PickleError(`storage "${key}" is described in two ways`);
  }
  storages.set(key, known);
  return view === null ? known : viewOf(known, view);
}

/** A view is a key of its own, the first number and how many. */
function viewOf(storage: PickleStorage, view: PickleValue): PickleStorage {
  if (!Array.isArray(view) || view.length !== 3) {
    throw new PickleError('a view of a storage is described wrongly');
  }
  const first = requireCount(view[1]);
  const count = requireCount(view[2]);
  if (first + count > storage.count) throw new PickleError('a view reaches beyond its storage');
  return new PickleStorage(storage.key, storage.dtype, count, first);
}

function requireCount(value: PickleValue): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new PickleError('a storage has a length that is none');
}
