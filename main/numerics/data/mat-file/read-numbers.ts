import { dataType, type ElementCursor } from './element-cursor';
import { type MatNumbersStorage } from './mat-value';

interface StorageType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): MatNumbersStorage;
}

const storageTypes: ReadonlyMap<number, StorageType> = new Map<number, StorageType>([
  [dataType.int8, Int8Array],
  [dataType.uint8, Uint8Array],
  [dataType.int16, Int16Array],
  [dataType.uint16, Uint16Array],
  [dataType.int32, Int32Array],
  [dataType.uint32, Uint32Array],
  [dataType.single, Float32Array],
  [dataType.double, Float64Array],
  [dataType.int64, BigInt64Array],
  [dataType.uint64, BigUint64Array],
]);

/**
 * Reads the content of a numeric array.
 *
 * @param cursor at the content
 * @param count number of elements
 * @returns a view of the bytes if they lie where the type wants them, or else a copy
 * @throws {AppError} `dataset_format` if the content is not numbers, or not so many
 */
export function readNumbers(cursor: ElementCursor, count: number): MatNumbersStorage {
  const { type, data } = cursor.next();
  const Storage = storageTypes.get(type);
  if (Storage === undefined) throw cursor.error(`it has numbers stored as type ${type}, which is not known`);
  if (data.length !== count * Storage.BYTES_PER_ELEMENT) {
    throw cursor.error(`an array of ${count} numbers in it has ${data.length} bytes`);
  }
  const isAligned = data.byteOffset % Storage.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset } = isAligned ? data : new Uint8Array(data);
  return new Storage(buffer, byteOffset, count);
}
