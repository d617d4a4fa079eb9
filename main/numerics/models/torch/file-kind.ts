import type { ByteSource } from '#numerics/files/byte-source';

/** What a file is by its first bytes: a container of PyTorch, or something else in words. */
export type FileKind =
  { readonly container: 'zip' | 'legacy' } | { readonly container: null; readonly looks: string };

const LOOKED_AT = 512;

/** The magic number of `torch.save`, as a pickle has it after its protocol. */
const LEGACY_MAGIC = '\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19';

/** Takes bytes as text of one character each. */
type Test = (start: string) => boolean;

const begins =
  (...marks: readonly string[]): Test =>
  (start) =>
    marks.some((mark) => start.startsWith(mark));

const isZip = begins('PK\x03\x04', 'PK\x05\x06');
const isPickle: Test = (start) => start.startsWith('\x80') && start.charCodeAt(1) <= 5;
const isLegacy: Test = (start) => isPickle(start) && start.startsWith(LEGACY_MAGIC, 2);

const others: readonly (readonly [Test, string])[] = [
  [
    begins('version https://git-lfs'),
    'is a Git LFS pointer, not the model itself; fetch it with "git lfs pull"',
  ],
  [
    (start) => /^\s*<(!doctype|html|head|body|\?xml|!--)/i.test(start),
    'is a web page, not a model; the download went wrong',
  ],
  // A header's length in eight bytes, of which the last three are 0, and the header.
  [
    (start) => start.startsWith('\0\0\0{', 5),
    'is a safetensors file, not one of PyTorch; name it *.safetensors',
  ],
  [begins('\x1f\x8b'), 'is compressed with gzip; decompress it first'],
  [begins('BZh'), 'is compressed with bzip2; decompress it first'],
  [begins('\xfd7zXZ'), 'is compressed with xz; decompress it first'],
  [begins('\x28\xb5\x2f\xfd'), 'is compressed with zstd; decompress it first'],
  [begins('\x89HDF'), 'is an HDF5 file, not one of PyTorch'],
  [begins('\x93NUMPY'), 'is a NumPy file, not one of PyTorch'],
  [begins('GGUF'), 'is a GGUF file, not one of PyTorch'],
  [
    (start) => start.startsWith('ustar', 257),
    'is a tar archive; unpack it first, or, if it is a very old file of torch.save, save it again',
  ],
  [isPickle, 'is a Python pickle, but not one that torch.save wrote'],
  [(start) => /^\s*[{[]/.test(start), 'looks like JSON, not like a file of PyTorch'],
];

/**
 * Tells by the first bytes what kind of file it is.
 *
 * @param source the file
 */
export async function detectFileKind(source: ByteSource): Promise<FileKind> {
  if (source.size === 0) return { container: null, looks: 'is empty' };
  const bytes = await source.read(0, Math.min(LOOKED_AT, source.size));
  const start = Buffer.from(bytes).toString('latin1');
  if (isZip(start)) return { container: 'zip' };
  if (isLegacy(start)) return { container: 'legacy' };
  const looks = others.find(([test]) => test(start))?.[1] ?? 'is not a file of PyTorch';
  return { container: null, looks };
}
