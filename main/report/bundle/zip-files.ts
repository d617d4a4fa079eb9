/**
 * Puts files into a ZIP archive; the same files make the same bytes.
 *
 * @param files contents by path
 */
export function zipFiles(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  throw new Error(`Not made yet: ${files.size}.`);
}
