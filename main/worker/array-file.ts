import { writeFileAtomically } from '#artifacts/atomic-file';
import { readIfThere } from '#artifacts/read-if-there';

type Numbers = Float32Array | Float64Array | Int32Array;

/** Writes arrays one behind the other into a file of the run's folder, whole or not at all. */
export async function writeArrays(path: string, arrays: readonly Numbers[]): Promise<void> {
  await writeFileAtomically(path, Buffer.concat(arrays.map(bytesOf)));
}

/**
 * Fills arrays from a file that an earlier attempt may have written.
 *
 * @param path the file
 * @param arrays of the types and lengths that were written
 * @returns whether the file is there, whole; if not, nothing was filled
 */
export async function readArrays(path: string, arrays: readonly Numbers[]): Promise<boolean> {
  const bytes = await readIfThere(path);
  if (bytes?.length !== arrays.reduce((sum, { byteLength }) => sum + byteLength, 0)) return false;
  let at = 0;
  for (const array of arrays) {
    bytesOf(array).set(bytes.subarray(at, at + array.byteLength));
    at += array.byteLength;
  }
  return true;
}

function bytesOf({ buffer, byteOffset, byteLength }: Numbers): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
