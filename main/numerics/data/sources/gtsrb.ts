import { join } from 'node:path';
import {
  type DatasetReader,
  type DatasetSource,
  type RefusedEntry,
  type SourceImage,
  type SourceListing,
} from './dataset-source';
import { readGtsrbCsv, type GtsrbRow } from './gtsrb-csv';
import { imageExtensionList, isImageName, makePart, readLater } from './image-files';
import { layoutError } from './source-errors';

const trainingFile = /^((?:[^/]+\/){0,2}?)(Training|Final_Training\/Images)\/\d{5}\/[^/]+$/;
const TEST_LIST = 'GT-final_test.csv';
const TEST_FOLDER = 'Final_Test/Images';

type Entry = SourceImage | RefusedEntry;

/** Where the pieces of the dataset lie. */
interface GtsrbPlaces {
  /** The listed folder, absolute. */
  readonly path: string;
  /** Folder that holds the training and test folders, as a prefix of the listed paths. */
  readonly root: string;
  /** Folder of the class folders, inside the root. */
  readonly training: string;
  /** Listed paths. */
  readonly files: ReadonlySet<string>;
}

/**
 * Reads the German Traffic Sign Recognition Benchmark as torchvision lays it out (`GTSRB/Training/<class>`,
 * `GTSRB/Final_Test/Images`, `GT-final_test.csv`) or as its authors publish it
 * (`GTSRB/Final_Training/Images/<class>`). A class is called by its number, which is also the label.
 * Training images are in code-unit order of class folder, then name; test images in that of their list.
 * Names are paths inside the folder that holds the training folder.
 */
export const gtsrbReader: DatasetReader = {
  format: 'gtsrb',
  title: 'German Traffic Sign Recognition Benchmark',
  recognize: (listing) => {
    const place = findTraining(listing).at(0);
    return place === undefined ? null : `it has ${place} with numbered class folders`;
  },
  open: async (listing) => {
    const places = locate(listing);
    const refused: RefusedEntry[] = [];
    const folders = groupByClass(places, refused);
    const labels = [...folders.keys()].map(Number);
    if (labels.length < 2) {
      const problem = `"${places.root}${places.training}" has only one class folder; two are needed`;
      throw layoutError(listing.path, problem, places.root + places.training);
    }
    const train: Entry[] = [];
    for (const [folder, names] of folders) train.push(...(await readClassFolder(places, folder, names)));
    const test = await readTest(places, new Set(labels), refused);
    return makeSource(labels, train, test, refused);
  },
};

function makeSource(
  labels: readonly number[],
  train: readonly Entry[],
  test: readonly Entry[] | string,
  refused: readonly RefusedEntry[],
): DatasetSource {
  const classes = Array.from({ length: Math.max(...labels) + 1 }, (_, label) => String(label));
  const notes = ['The classes have no names in the files; they are called by their numbers.'];
  const absent = classes.filter((_, label) => !labels.includes(label));
  if (absent.length > 0)
    notes.push(`${absent.length} class(es) have no training folder, first ${absent[0]}.`);
  if (typeof test === 'string') notes.push(test);
  const parts = new Map([['train', makePart(train)]]);
  if (typeof test !== 'string') parts.set('test', makePart(test));
  return {
    format: 'gtsrb',
    classes,
    parts,
    assignment: { train: ['train'], val: [], test: typeof test === 'string' ? [] : ['test'] },
    isSortedByClass: false,
    refused,
    notes,
    close: () => Promise.resolve(),
  };
}

/** Folders that hold numbered class folders, as listed paths. */
function findTraining({ isFolder, files }: SourceListing): string[] {
  if (!isFolder) return [];
  const places = files.filter(isImageName).flatMap((name) => {
    const match = trainingFile.exec(name);
    return match === null ? [] : [match[1] + match[2]];
  });
  return [...new Set(places)];
}

function locate(listing: SourceListing): GtsrbPlaces {
  const { path } = listing;
  const [place, rival] = findTraining(listing) as (string | undefined)[];
  if (place === undefined)
    throw layoutError(path, 'the folder "GTSRB/Training" with class folders is missing', '');
  if (rival !== undefined) throw layoutError(path, `both "${place}" and "${rival}" are there`, rival);
  const training = /(?:Training|Final_Training\/Images)$/.exec(place)![0];
  const root = place.slice(0, place.length - training.length);
  return { path, root, training, files: new Set(listing.files) };
}

/** Names of the images of each class folder, both in order. */
function groupByClass(places: GtsrbPlaces, refused: RefusedEntry[]): Map<string, string[]> {
  const prefix = `${places.root}${places.training}/`;
  const folders = new Map<string, string[]>();
  for (const file of places.files) {
    if (!file.startsWith(prefix)) continue;
    const rest = file.slice(prefix.length);
    const match = /^(\d{5})\/([^/]+)$/.exec(rest);
    const [, folder, name] = match ?? [];
    const refuse = (reason: string) => refused.push({ file: `${places.training}/${rest}`, reason });
    if (match === null) refuse('it is not inside a numbered class folder');
    else if (isImageName(name)) addTo(folders, folder, name);
    else if (name !== listOfClass(folder)) refuse(`its extension is not ${imageExtensionList}`);
  }
  return folders;
}

function addTo(folders: Map<string, string[]>, folder: string, name: string): void {
  const names = folders.get(folder);
  if (names === undefined) folders.set(folder, [name]);
  else names.push(name);
}

async function readClassFolder(places: GtsrbPlaces, folder: string, names: string[]): Promise<Entry[]> {
  const inside = `${places.training}/${folder}`;
  const list = `${places.root}${inside}/${listOfClass(folder)}`;
  const rows = places.files.has(list) ? await readGtsrbCsv(join(places.path, list)) : [];
  const rowOfName = new Map(rows.map((row) => [row.fileName, row]));
  const entries = names.map((name): Entry => {
    const file = `${inside}/${name}`;
    const row = rowOfName.get(name);
    rowOfName.delete(name);
    const isOtherClass = row !== undefined && parseClass(row) !== Number(folder);
    if (isOtherClass) return { file, reason: `its class in ${listOfClass(folder)} is "${row.classId}"` };
    return { name: file, label: Number(folder), read: readLater(join(places.path, places.root), file) };
  });
  const missing = [...rowOfName.keys()].map((name) => ({
    file: `${inside}/${name}`,
    reason: `it is listed in ${listOfClass(folder)} but not there`,
  }));
  return [...entries, ...missing];
}

/** The test images, or why there are none. */
async function readTest(
  places: GtsrbPlaces,
  labels: ReadonlySet<number>,
  refused: RefusedEntry[],
): Promise<Entry[] | string> {
  const { path, root, files } = places;
  const prefix = `${root}${TEST_FOLDER}/`;
  const images = [...files].filter((file) => file.startsWith(prefix) && isImageName(file));
  const folders = [root, root.replace(/[^/]+\/$/, ''), `${root}Final_Test/`, prefix];
  const list = folders.map((folder) => folder + TEST_LIST).find((file) => files.has(file));
  if (list === undefined) {
    return images.length === 0
      ? 'There are no test images.'
      : `The test images are left out: ${TEST_LIST}, which has their classes, is not there.`;
  }
  if (images.length === 0)
    throw layoutError(path, `"${root}${TEST_FOLDER}" with images is missing`, root + TEST_FOLDER);
  const listed = new Set<string>();
  const entries = (await readGtsrbCsv(join(path, list))).map((row): Entry => {
    const file = `${TEST_FOLDER}/${row.fileName}`;
    const label = parseClass(row);
    const isRepeated = listed.has(file);
    listed.add(file);
    if (isRepeated) return { file, reason: `it is listed twice in ${TEST_LIST}` };
    const isThere = isImageName(row.fileName) && !row.fileName.includes('/') && files.has(root + file);
    if (!isThere) return { file, reason: `it is listed in ${TEST_LIST} but not there` };
    if (!labels.has(label)) return { file, reason: `its class "${row.classId}" has no training folder` };
    return { name: file, label, read: readLater(join(path, root), file) };
  });
  for (const image of images) {
    const file = image.slice(root.length);
    if (!listed.has(file)) refused.push({ file, reason: `it is not listed in ${TEST_LIST}` });
  }
  return entries;
}

function listOfClass(folder: string): string {
  return `GT-${folder}.csv`;
}

/** NaN if it is not a number. */
function parseClass({ classId }: GtsrbRow): number {
  return /^\d{1,5}$/.test(classId) ? Number(classId) : NaN;
}
