import { captionLabel, noCaption } from './captions';
import { extensionOf, isImageName } from './image-files';
import { type NoLabel, type RawLabel } from './class-labels';
import { readTar, type TarEntry } from './tar-entries';

const LARGEST_IMAGE = 200_000_000;
const LARGEST_LABEL_FILE = 1_000_000;
const LONGEST_LABEL = 200;

/** Fields of a sample's JSON file that can be its label, the preferred one first. */
const labelFields = ['label', 'cls', 'class_id'] as const;

/** What a sample without an image has for its label. */
export const noImage: NoLabel = { reason: 'it has no image' };

/** Files of an archive that belong together: their paths agree up to the first dot of the file name. */
export interface TarSample {
  /** What their paths agree in. */
  readonly key: string;
  /** Path of the image; null if there is none. */
  readonly image: string | null;
  /** Content of the image if it was asked for. */
  readonly bytes: Uint8Array | null;
  /** The label, or why the sample cannot be used, if labels were asked for. */
  readonly label: RawLabel;
  /** The caption, or why there is none, if labels were asked for. */
  readonly caption: RawLabel;
}

type OpenSample = { -readonly [K in keyof TarSample]: TarSample[K] } & {
  images: number;
  problem: string | null;
};

/**
 * Reads the samples of an archive one after the other. Files of one sample follow each other.
 *
 * @param path the archive
 * @param part whether to read the images or the labels; the other files are passed over
 * @yields {TarSample} each sample in the order of the archive
 * @throws {AppError} as `readTar`
 */
export async function* readTarSamples(
  path: string,
  part: 'images' | 'labels',
): AsyncGenerator<TarSample, void, void> {
  let sample: OpenSample | null = null;
  for await (const entry of readTar(path)) {
    const key = keyOf(entry.name);
    if (sample !== null && sample.key !== key) yield finish(sample);
    if (sample?.key !== key) sample = begin(key);
    if (isImageName(entry.name)) await addImage(sample, entry, part);
    else if (part === 'images') continue;
    else if (entry.name.slice(key.length).toLowerCase() === '.txt') await addCaption(sample, entry);
    else await addLabel(sample, entry);
  }
  if (sample !== null) yield finish(sample);
}

function keyOf(name: string): string {
  const start = name.lastIndexOf('/') + 1;
  const dot = name.indexOf('.', start);
  return dot < 0 ? name : name.slice(0, dot);
}

function begin(key: string): OpenSample {
  const label = { reason: 'it has no label' };
  return { key, image: null, bytes: null, label, caption: noCaption, images: 0, problem: null };
}

function finish({ key, image, bytes, label, caption, images, problem }: OpenSample): TarSample {
  if (images === 0) return { key, image, bytes, label: noImage, caption: noImage };
  const reason = images > 1 ? 'it has more than one image' : problem;
  if (reason !== null) return { key, image, bytes, label: { reason }, caption: { reason } };
  return { key, image, bytes, label, caption };
}

async function addImage(sample: OpenSample, entry: TarEntry, part: 'images' | 'labels'): Promise<void> {
  sample.images++;
  if (sample.images > 1) return;
  sample.image = entry.name;
  if (entry.size > LARGEST_IMAGE) sample.problem = 'its image is larger than 200 MB';
  else if (part === 'images') sample.bytes = await entry.read();
}

async function addCaption(sample: OpenSample, entry: TarEntry): Promise<void> {
  sample.caption =
    entry.size > LARGEST_LABEL_FILE
      ? { reason: 'its txt file is larger than 1 MB' }
      : captionLabel(Buffer.from(await entry.read()).toString('utf8'));
}

/** A `.cls` file has the word over a `.json` file. */
async function addLabel(sample: OpenSample, entry: TarEntry): Promise<void> {
  const extension = extensionOf(entry.name);
  const isFirst = typeof sample.label === 'object';
  if (extension !== 'cls' && !(extension === 'json' && isFirst)) return;
  if (entry.size > LARGEST_LABEL_FILE) {
    if (isFirst) sample.label = { reason: `its ${extension} file is larger than 1 MB` };
    return;
  }
  const text = Buffer.from(await entry.read()).toString('utf8');
  sample.label = extension === 'cls' ? parseLabel(text.trim()) : parseJsonLabel(text);
}

function parseLabel(text: string): RawLabel {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  if (text === '') return { reason: 'its label is empty' };
  return text.length > LONGEST_LABEL ? { reason: 'its label is too long for the name of a class' } : text;
}

function parseJsonLabel(text: string): RawLabel {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return { reason: 'its json file is damaged' };
  }
  if (typeof content !== 'object' || content === null) return { reason: 'its json file has no label' };
  const fields = content as Readonly<Record<string, unknown>>;
  const value = labelFields
    .map((field) => fields[field])
    .find((found) => found !== undefined && found !== null);
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string') return parseLabel(value.trim());
  return { reason: 'its json file has no label' };
}
