import { AppError } from '#contract/errors';
import { type SplitName } from '#contract/specs/common';
import { type DatasetManifest, type DatasetSample, type SplitRecord } from './dataset-manifest';
import { findLeaks, type SplitLeak } from './find-leaks';
import { packFiles, type FileWarning, type Findings, type PackWriter } from './pack-files';
import { layoutError, readImageFolder, type ImageFolder, type RefusedFile } from './read-image-folder';
import { splitValidation } from './split-validation';

const NAMES_IN_MESSAGE = 3;
const splitNames = ['train', 'val', 'test'] as const;

/** What {@link packImageFolder} needs to know. */
export interface PackImageFolderOptions {
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly params: {
    /** Name under which people find the dataset. */
    readonly name: string;
    /** Fraction of `train` that becomes `val` where the folder has none, and its bound in images. */
    readonly valFraction: number;
    readonly valCap: number;
    /** Whether one unreadable file fails the import or is left out and reported. */
    readonly onUnreadable: 'skip' | 'fail';
  };
  /** Seed of the validation split, unsigned 32-bit. */
  readonly seed: number;
  /** Opens the pack of one folder split; called for each of `train`, `val`, `test` that exists. */
  readonly openPack: (split: SplitName) => Promise<PackWriter>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly isCancelled?: () => boolean;
}

/** What an import left out or found odd. */
export interface ImportReport {
  /** Images in each split of the dataset. */
  readonly counts: Readonly<Record<SplitName, number>>;
  readonly refused: readonly RefusedFile[];
  readonly warnings: readonly FileWarning[];
  readonly leaks: readonly SplitLeak[];
}

/** A packed folder: the manifest that describes the packs, and the report of the import. */
export interface PackedImageFolder {
  readonly dataset: DatasetManifest;
  readonly report: ImportReport;
}

type SamplesBySplit = Record<SplitName, DatasetSample[]>;

/**
 * Reads an image folder, checks that every image decodes, and packs the encoded files of each folder
 * split one after the other. Where the folder has no `val`, the validation samples are drawn from
 * `train` and point into its pack.
 *
 * @param options see {@link PackImageFolderOptions}
 * @returns manifest and report, or `null` if the import was cancelled; then all packs are discarded
 * @throws {AppError} `source_missing` or `dataset_layout` as `readImageFolder`, and `dataset_layout`
 *   if every image of a class is refused; `dataset_refused_files` if a file is refused and
 *   `onUnreadable` is `fail`. All packs are discarded then.
 */
export async function packImageFolder(options: PackImageFolderOptions): Promise<PackedImageFolder | null> {
  const openPacks = new Map<SplitName, PackWriter>();
  try {
    return await packSplits(options, openPacks);
  } finally {
    await Promise.allSettled([...openPacks.values()].map((pack) => pack.discard()));
  }
}

async function packSplits(
  options: PackImageFolderOptions,
  openPacks: Map<SplitName, PackWriter>,
): Promise<PackedImageFolder | null> {
  const { folder, params, seed } = options;
  const listing = await readImageFolder(folder);
  const findings: Findings = {
    refused: [...listing.refused],
    warnings: [],
    imageSize: { minWidth: Infinity, maxWidth: 0, minHeight: Infinity, maxHeight: 0 },
  };
  const advance = makeAdvance(options, listing);
  const samples: SamplesBySplit = { train: [], val: [], test: [] };
  for (const split of splitNames) {
    const files = listing.splits[split];
    if (files === null) continue;
    const pack = await options.openPack(split);
    openPacks.set(split, pack);
    const packed = await packFiles(files, pack, findings, advance);
    if (packed === null) return null;
    samples[split] = packed;
  }
  if (params.onUnreadable === 'fail') requireNothingRefused(folder, findings.refused);
  requireEachClass(folder, listing, samples);

  const splits = await finishPacks(samples, openPacks);
  let splitRecord: SplitRecord = { valOrigin: 'folder' };
  if (listing.splits.val === null) {
    const rule = { seed, valFraction: params.valFraction, valCap: params.valCap };
    const { train, val } = splitValidation(splits.train.samples, rule);
    splits.val = { packArtifact: splits.train.packArtifact, samples: val };
    splits.train.samples = train;
    splitRecord = { valOrigin: 'train', ...rule };
  }
  const counts = {
    train: splits.train.samples.length,
    val: splits.val.samples.length,
    test: splits.test.samples.length,
  };
  return {
    dataset: {
      format: 'tangent-dataset/1',
      name: params.name,
      classes: [...listing.classes],
      imageSize: findings.imageSize,
      splits,
      splitRecord,
    },
    report: { counts, refused: findings.refused, warnings: findings.warnings, leaks: findLeaks(splits) },
  };
}

/** Counts files over all splits, reports progress, and says whether to go on. */
function makeAdvance(options: PackImageFolderOptions, listing: ImageFolder): () => boolean {
  const total = splitNames.reduce((sum, split) => sum + (listing.splits[split]?.length ?? 0), 0);
  let done = 0;
  return () => {
    if (options.isCancelled?.() === true) return false;
    done++;
    options.onProgress?.(done, total);
    return true;
  };
}

/** Stores the packs; each leaves `openPacks` first, so that it is not discarded as well. */
async function finishPacks(
  samples: SamplesBySplit,
  openPacks: Map<SplitName, PackWriter>,
): Promise<DatasetManifest['splits']> {
  const finish = async (split: SplitName): Promise<DatasetManifest['splits'][SplitName]> => {
    const pack = openPacks.get(split);
    openPacks.delete(split);
    return { packArtifact: pack === undefined ? null : await pack.finish(), samples: samples[split] };
  };
  return { train: await finish('train'), val: await finish('val'), test: await finish('test') };
}

function requireNothingRefused(folder: string, refused: readonly RefusedFile[]): void {
  if (refused.length === 0) return;
  const lines = refused.map(({ file, reason }) => `${file}: ${reason}`);
  const shown = lines.slice(0, NAMES_IN_MESSAGE).join('; ');
  const others = refused.length - NAMES_IN_MESSAGE;
  throw new AppError(
    'dataset_refused_files',
    `${refused.length} file(s) of ${folder} cannot be used: ${shown}${others > 0 ? `; and ${others} more` : ''}.`,
    { folder, files: lines },
  );
}

function requireEachClass(folder: string, listing: ImageFolder, samples: SamplesBySplit): void {
  for (const split of splitNames) {
    const accepted = new Set(samples[split].map((sample) => sample.label));
    const lost = listing.splits[split]?.find((file) => !accepted.has(file.label));
    if (lost === undefined) continue;
    const place = `${split}/${listing.classes[lost.label]}`;
    throw layoutError(folder, `none of the images of "${place}" can be used`, place);
  }
}
