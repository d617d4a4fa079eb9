import { join } from 'node:path';
import { openFile } from '#numerics/files/byte-source';
import { readMatFile } from '../mat-file/mat-file';
import { type MatValue } from '../mat-file/mat-value';
import {
  type DatasetReader,
  type DatasetSource,
  type RefusedEntry,
  type SourceImage,
  type SourceListing,
  type SourcePart,
} from './dataset-source';
import { isImageName, makePart, readLater } from './image-files';
import { findRootOf } from './listed-folder';
import { formatError, layoutError } from './source-errors';

const MARKER = 'devkit/cars_train_annos.mat';
const META = 'devkit/cars_meta.mat';
/** The last has no labels in the published devkit; the labels were published later. */
const TEST_ANNOTATIONS = ['cars_test_annos_withlabels.mat', 'devkit/cars_test_annos_withlabels.mat'];
/** The published files are below a million bytes. */
const MAXIMUM_BYTES = 2 ** 26;

/** An image as the annotations have it. */
interface Annotation {
  readonly fileName: string;
  /** From 1; NaN if there is no number. */
  readonly classNumber: number;
}

/** The folder of the dataset. */
interface CarsPlaces {
  /** The listed folder, absolute. */
  readonly path: string;
  /** The folder of the dataset, as a prefix of the listed paths. */
  readonly root: string;
  /** Paths inside the folder of the dataset. */
  readonly files: ReadonlySet<string>;
}

/**
 * Reads Stanford Cars as torchvision lays it out: `devkit/` with annotations and names of classes,
 * `cars_train/`, and for a test part `cars_test/` and `cars_test_annos_withlabels.mat`. Images are in the
 * order of the annotations; their names are paths inside the folder of the dataset.
 */
export const stanfordCarsReader: DatasetReader = {
  format: 'stanford-cars',
  title: 'Stanford Cars',
  recognize: (listing) => {
    const root = findRootOf(listing, MARKER);
    return root === null ? null : `it has ${root}${MARKER}`;
  },
  open: openStanfordCars,
};

async function openStanfordCars(listing: SourceListing): Promise<DatasetSource> {
  const { path } = listing;
  const root = findRootOf(listing, MARKER);
  if (root === null) throw layoutError(path, `the file "${MARKER}" is missing`, MARKER);
  const inside = listing.files.filter((name) => name.startsWith(root)).map((name) => name.slice(root.length));
  const places: CarsPlaces = { path, root, files: new Set(inside) };
  if (!places.files.has(META)) throw layoutError(path, `the file "${root}${META}" is missing`, root + META);
  const classes = await readClasses(join(path, root, META));
  const refused: RefusedEntry[] = [];
  const notes: string[] = [];
  const parts = new Map<string, SourcePart>();
  parts.set('train', await readPart(places, 'cars_train', MARKER, classes.length, refused));
  const testAnnotations = TEST_ANNOTATIONS.find((name) => places.files.has(name));
  if (testAnnotations === undefined) {
    notes.push(`There is no test part: ${TEST_ANNOTATIONS[0]}, which has the classes, is not there.`);
  } else {
    parts.set('test', await readPart(places, 'cars_test', testAnnotations, classes.length, refused));
  }
  return {
    format: 'stanford-cars',
    classes,
    parts,
    assignment: { train: ['train'], val: [], test: parts.has('test') ? ['test'] : [] },
    isSortedByClass: false,
    refused,
    notes,
    close: () => Promise.resolve(),
  };
}

async function readClasses(path: string): Promise<string[]> {
  const value = (await readVariables(path)).get('class_names');
  if (value?.kind !== 'cells') throw formatError(path, 'it has no cell array "class_names"');
  const classes = value.cells.map((cell, i) => {
    const name = textOf(cell)?.trim() ?? '';
    if (name === '') throw formatError(path, `the name of class ${i + 1} is not text`);
    return name;
  });
  if (classes.length < 2) throw formatError(path, `it has ${classes.length} class(es), and two are needed`);
  if (new Set(classes).size < classes.length)
    throw formatError(path, 'two of its classes have the same name');
  return classes;
}

async function readPart(
  { path, root, files }: CarsPlaces,
  folder: string,
  annotationFile: string,
  classCount: number,
  refused: RefusedEntry[],
): Promise<SourcePart> {
  const prefix = `${folder}/`;
  const images = [...files].filter((name) => name.startsWith(prefix) && isImageName(name));
  if (images.length === 0)
    throw layoutError(path, `"${root}${folder}" with images is missing`, root + folder);
  const listed = new Set<string>();
  const annotations = await readAnnotations(join(path, root, annotationFile));
  const entries = annotations.map(({ fileName, classNumber }): SourceImage | RefusedEntry => {
    const file = prefix + fileName;
    const isRepeated = listed.has(file);
    listed.add(file);
    if (isRepeated) return { file, reason: 'it is annotated twice' };
    if (!files.has(file)) return { file, reason: 'it is annotated but not there' };
    if (Number.isNaN(classNumber)) return { file, reason: 'its class is not a number' };
    const hasClass = Number.isInteger(classNumber) && classNumber >= 1 && classNumber <= classCount;
    if (!hasClass) return { file, reason: `its class ${classNumber} is not one of the ${classCount}` };
    return { name: file, label: classNumber - 1, read: readLater(join(path, root), file) };
  });
  for (const file of images) {
    if (!listed.has(file)) refused.push({ file, reason: `it has no annotation in ${annotationFile}` });
  }
  return makePart(entries);
}

async function readAnnotations(path: string): Promise<Annotation[]> {
  const value = (await readVariables(path)).get('annotations');
  const classNumbers = value?.kind === 'structs' ? value.fields.get('class') : undefined;
  const fileNames = value?.kind === 'structs' ? value.fields.get('fname') : undefined;
  if (classNumbers === undefined || fileNames === undefined) {
    throw formatError(path, 'it has no structures "annotations" with the fields "class" and "fname"');
  }
  if (fileNames.length === 0) throw formatError(path, 'it has no annotations');
  return fileNames.map((cell, i) => {
    const fileName = textOf(cell);
    if (fileName === null) throw formatError(path, `annotation ${i + 1} has no name of a file`);
    return { fileName, classNumber: numberOf(classNumbers[i]) };
  });
}

async function readVariables(path: string): Promise<ReadonlyMap<string, MatValue>> {
  const file = await openFile(path, 'dataset_format');
  try {
    return await readMatFile(file, MAXIMUM_BYTES);
  } finally {
    await file.close();
  }
}

function textOf(value: MatValue): string | null {
  return value.kind === 'text' && value.rows.length === 1 ? value.rows[0] : null;
}

function numberOf(value: MatValue): number {
  return value.kind === 'numbers' && value.values.length === 1 ? Number(value.values[0]) : NaN;
}
