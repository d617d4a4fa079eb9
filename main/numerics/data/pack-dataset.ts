import { AppError } from '#contract/errors';
import type { DatasetReport } from '#contract/results';
import { splitNameSchema, type SplitName } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { assignParts, findParts, unusedParts } from './assign-parts';
import { type DatasetManifest } from './dataset-manifest';
import { findLeaks } from './find-leaks';
import { describeDifferences } from './known-differences';
import {
  packImages,
  type Findings,
  type PackedImage,
  type PackWriter,
  type PlacedImage,
} from './pack-images';
import type { DatasetSource, PartAssignment, RefusedEntry, SourcePart } from './sources/dataset-source';
import { divideImages, type ValidationList } from './validation-images';

const NAMES_IN_MESSAGE = 3;
const splitNames = splitNameSchema.options;

type Params = RunSpecOf<'import-dataset'>['params'];

/** What {@link packDataset} needs to know. */
export interface PackDatasetOptions {
  readonly source: DatasetSource;
  /** Why this format was taken, for the report. */
  readonly reason: string;
  readonly params: Pick<
    Params,
    'path' | 'name' | 'parts' | 'valFraction' | 'valCap' | 'onUnreadable' | 'known'
  >;
  /** The images of `train` that become `val`, with the fingerprint of the list; null to draw them. */
  readonly valList: ValidationList | null;
  /** Seed of the validation split, unsigned 32-bit. */
  readonly seed: number;
  /** Opens the pack of one split; called for each that the source has. */
  readonly openPack: (split: SplitName) => Promise<PackWriter>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly isCancelled?: () => boolean;
}

/** A packed dataset: the manifest that describes the packs, and the report of the import. */
export interface PackedDataset {
  readonly dataset: DatasetManifest;
  readonly report: DatasetReport;
}

type BySplit<T> = Record<SplitName, T>;

/**
 * Reads a source, checks that every image decodes, and packs the encoded images of each split one after the
 * other. Where no part makes `val`, its samples are taken from `train` and point into that pack.
 *
 * @param options see {@link PackDatasetOptions}
 * @returns manifest and report, or `null` if the import was cancelled; then all packs are discarded
 * @throws {AppError} `dataset_layout` if a part is named that the source does not have, or there are fewer
 *   than two training images; `dataset_refused_files` if an entry is refused and `onUnreadable` is `fail`;
 *   `invalid_input` if a part is named twice, or a list of validation images names one that is not in
 *   `train` or stands beside a part for `val`. All packs are discarded then.
 */
export async function packDataset(options: PackDatasetOptions): Promise<PackedDataset | null> {
  const openPacks = new Map<SplitName, PackWriter>();
  try {
    return await packSplits(options, openPacks);
  } finally {
    await Promise.allSettled([...openPacks.values()].map((pack) => pack.discard()));
  }
}

async function packSplits(
  options: PackDatasetOptions,
  openPacks: Map<SplitName, PackWriter>,
): Promise<PackedDataset | null> {
  const { source, params } = options;
  const { assignment, oddities } = assignParts(source, params);
  const parts = findParts(source, assignment, params.path);
  const findings: Findings = {
    refused: [...source.refused],
    warnings: [],
    imageSize: { minWidth: Infinity, maxWidth: 0, minHeight: Infinity, maxHeight: 0 },
  };
  const advance = makeAdvance(options, parts);
  const placed: BySplit<PlacedImage[]> = { train: [], val: [], test: [] };
  for (const split of splitNames) {
    if (parts[split].length === 0) continue;
    const pack = await options.openPack(split);
    openPacks.set(split, pack);
    const packed = await packImages(parts[split], pack, findings, advance);
    if (packed === null) return null;
    placed[split] = source.isSortedByClass ? packed.sort(byClass) : packed;
  }
  if (params.onUnreadable === 'fail') requireNothingRefused(params.path, findings.refused);
  const official = { train: usable(placed.train), val: usable(placed.val), test: usable(placed.test) };
  const counts = countImages(official);
  const emptyClasses = checkClasses(options, official.train);
  const differences =
    params.known === null ? [] : describeDifferences(params.known, source.classes.length, counts);

  const rule = { seed: options.seed, valFraction: params.valFraction, valCap: params.valCap };
  const { train, val, splitRecord, isDrawn } = divideImages(placed, rule, options.valList);
  const images = { train: usable(train), val: usable(val), test: official.test };
  const packIds = await finishPacks(openPacks, counts);
  const splitOf = (split: SplitName): DatasetManifest['splits'][SplitName] => ({
    packArtifact: images[split].length === 0 ? null : packIds[isDrawn && split === 'val' ? 'train' : split],
    samples: images[split].map(({ sample }) => sample),
  });
  return {
    dataset: {
      format: 'tangent-dataset/1',
      name: params.name,
      source: { format: source.format, parts: copyAssignment(assignment) },
      known: params.known?.name ?? null,
      classes: [...source.classes],
      imageSize: findings.imageSize,
      splits: { train: splitOf('train'), val: splitOf('val'), test: splitOf('test') },
      splitRecord,
    },
    report: {
      format: 'tangent-dataset-report/1',
      source: { format: source.format, reason: options.reason },
      counts: countImages(images),
      classCount: source.classes.length,
      refused: findings.refused,
      warnings: findings.warnings,
      leaks: findLeaks(images),
      notes: [...source.notes, ...emptyClasses.notes, ...unusedParts(source, assignment)],
      differences: [...oddities, ...emptyClasses.differences, ...differences],
    },
  };
}

/** As torchvision's ImageFolder lists images. */
function byClass(a: PlacedImage, b: PlacedImage): number {
  return a.label - b.label || (a.name < b.name ? -1 : 1);
}

function usable(placed: readonly PlacedImage[]): PackedImage[] {
  return placed.flatMap(({ packed }) => packed ?? []);
}

/** Counts entries over all splits, reports progress, and says whether to go on. */
function makeAdvance(options: PackDatasetOptions, parts: BySplit<SourcePart[]>): () => boolean {
  const total = Object.values(parts)
    .flat()
    .reduce((sum, part) => sum + part.count, 0);
  let done = 0;
  return () => {
    if (options.isCancelled?.() === true) return false;
    done++;
    options.onProgress?.(done, total);
    return true;
  };
}

/** Stores the packs that hold images; each leaves `openPacks` first, so that it is not discarded as well. */
async function finishPacks(
  openPacks: Map<SplitName, PackWriter>,
  counts: BySplit<number>,
): Promise<BySplit<string | null>> {
  const ids: BySplit<string | null> = { train: null, val: null, test: null };
  for (const [split, pack] of [...openPacks]) {
    if (counts[split] === 0) continue;
    openPacks.delete(split);
    ids[split] = await pack.finish();
  }
  return ids;
}

function requireNothingRefused(path: string, refused: readonly RefusedEntry[]): void {
  if (refused.length === 0) return;
  const lines = refused.map(({ file, reason }) => `${file}: ${reason}`);
  const shown = lines.slice(0, NAMES_IN_MESSAGE).join('; ');
  const others = refused.length - NAMES_IN_MESSAGE;
  throw new AppError(
    'dataset_refused_files',
    `${refused.length} file(s) of ${path} cannot be used: ${shown}${others > 0 ? `; and ${others} more` : ''}.`,
    { folder: path, files: lines },
  );
}

/**
 * Refuses a dataset with fewer than two training images, and says which classes have none. Captions that
 * no training image has are nothing odd, and there can be very many; their number is enough.
 */
function checkClasses(
  { source, params: { path } }: PackDatasetOptions,
  train: readonly PackedImage[],
): { notes: string[]; differences: string[] } {
  if (train.length < 2) {
    throw new AppError('dataset_layout', `${path} has fewer than two training images that can be used.`, {
      folder: path,
      place: 'train',
    });
  }
  const present = new Set(train.map(({ sample }) => sample.label));
  const absent = source.classes.filter((_, label) => !present.has(label));
  if (absent.length === 0) return { notes: [], differences: [] };
  if (source.hasCaptions === true) {
    return { notes: [`${absent.length} captions have no training image.`], differences: [] };
  }
  const difference = `${absent.length} classes have no training image that can be used: ${absent.join(', ')}`;
  return { notes: [], differences: [difference] };
}

function countImages(images: BySplit<readonly PackedImage[]>): BySplit<number> {
  return { train: images.train.length, val: images.val.length, test: images.test.length };
}

function copyAssignment({ train, val, test }: PartAssignment): BySplit<string[]> {
  return { train: [...train], val: [...val], test: [...test] };
}
