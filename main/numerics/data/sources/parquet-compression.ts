import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { decompressLz4Raw } from 'hyparquet-compressors';
import { DamagedBytes } from './parquet-thrift';
import { uncompressSnappy } from './parquet-snappy';

/** No input of LZ4 makes more output than this times its length. */
const GREATEST_LZ4_FACTOR = 256;

/** A page may be this large whatever it was before; above, it may grow by this factor. */
const MODEST_PAGE = 64 * 2 ** 20;
const GREATEST_FACTOR = 1000;

/**
 * Decompresses a page. Memory and time are bounded by `length` and the size of the input.
 *
 * @param bytes the compressed page
 * @param length what its header says about its length before compression
 * @param codec name of the compression
 * @throws {DamagedBytes} if it does not have that length, or the length is unreasonable; the
 *   decompressor's own error if the page is damaged
 */
export function decompress(bytes: Uint8Array, length: number, codec: string): Uint8Array {
  if (length < 0 || length > Math.max(MODEST_PAGE, bytes.length * GREATEST_FACTOR)) {
    throw new DamagedBytes(`it claims a page of ${length} bytes`);
  }
  const page = length === 0 ? new Uint8Array(0) : run(bytes, length, codec);
  if (page.length !== length) throw new DamagedBytes('a page does not have the length that it claims');
  return page;
}

function run(bytes: Uint8Array, length: number, codec: string): Uint8Array {
  switch (codec) {
    case 'UNCOMPRESSED':
      return bytes;
    case 'SNAPPY':
      return uncompressSnappy(bytes, length);
    case 'GZIP':
      return gunzipSync(bytes, { maxOutputLength: length });
    case 'BROTLI':
      return brotliDecompressSync(bytes, { maxOutputLength: length });
    case 'ZSTD':
      return zstdDecompressSync(bytes, { maxOutputLength: length });
    case 'LZ4_RAW':
      if (length > bytes.length * GREATEST_LZ4_FACTOR) throw new DamagedBytes('a page is damaged');
      return decompressLz4Raw(bytes, length);
    default:
      throw new DamagedBytes(`its compression ${codec} is not read`);
  }
}
