import { AppError } from '#contract/errors';
import type { SplitRecord } from './dataset-manifest';
import type { PlacedImage } from './pack-images';
import { splitValidation, type ValidationRule } from './split-validation';

/** Names of training images that become validation images, with the fingerprint of the list. */
export interface ValidationList {
  readonly names: readonly string[];
  readonly fingerprint: string;
}

/** Images of the parts for `train` and `val`, in order. */
export interface PlacedSplits {
  readonly train: readonly PlacedImage[];
  readonly val: readonly PlacedImage[];
}

/** Training and validation images, and how these came about. */
export interface DividedImages extends PlacedSplits {
  readonly splitRecord: SplitRecord;
  /** Whether the validation images were among the training images. */
  readonly isDrawn: boolean;
}

/**
 * Takes the validation images out of `train` where they have no part of their own. An image that cannot be
 * used is drawn like the others, so that it moves no other from one split to another.
 *
 * @param placed see {@link PlacedSplits}
 * @param rule how many are drawn, and with which seed
 * @param list which are taken instead; null to draw them
 * @throws {AppError} `invalid_input` if the list stands beside a part for `val`, names an image that is not
 *   in `train`, or leaves nothing on one side
 */
export function divideImages(
  placed: PlacedSplits,
  rule: ValidationRule,
  list: ValidationList | null,
): DividedImages {
  if (placed.val.length > 0) {
    if (list === null) return { ...placed, splitRecord: { valOrigin: 'folder' }, isDrawn: false };
    throw wrongList('stands beside a part that is val already');
  }
  if (list !== null) {
    const splitRecord = { valOrigin: 'list', fingerprint: list.fingerprint } as const;
    return { ...takeListed(placed.train, list.names), splitRecord, isDrawn: true };
  }
  const splitRecord = { valOrigin: 'train', rule: 'torch-random-split', ...rule } as const;
  return { ...splitValidation(placed.train, rule), splitRecord, isDrawn: true };
}

function takeListed(
  placed: readonly PlacedImage[],
  names: readonly string[],
): { train: PlacedImage[]; val: PlacedImage[] } {
  const wanted = new Set(names);
  const present = new Set(placed.map(({ name }) => name));
  const missing = names.find((name) => !present.has(name));
  if (missing !== undefined) throw wrongList(`names "${missing}", which is not in train`, missing);
  const train = placed.filter(({ name }) => !wanted.has(name));
  const val = placed.filter(({ name }) => wanted.has(name));
  if (val.length === 0) throw wrongList('is empty');
  if (train.length === 0) throw wrongList('names all images of train; none is left');
  return { train, val };
}

function wrongList(what: string, file = ''): AppError {
  return new AppError('invalid_input', `The list of validation images ${what}.`, { file });
}
