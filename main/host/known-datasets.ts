import { AppError } from '#contract/errors';
import {
  findByName,
  knownDatasetSchema,
  promptTemplatesSchema,
  type KnownDataset,
  type PromptTemplates,
} from '#contract/known-dataset';
import cars from '#resources/datasets/cars.json';
import cifar10 from '#resources/datasets/cifar10.json';
import cifar100 from '#resources/datasets/cifar100.json';
import dtd from '#resources/datasets/dtd.json';
import emnist from '#resources/datasets/emnist.json';
import eurosat from '#resources/datasets/eurosat.json';
import fashionmnist from '#resources/datasets/fashionmnist.json';
import fer2013 from '#resources/datasets/fer2013.json';
import flowers102 from '#resources/datasets/flowers102.json';
import food101 from '#resources/datasets/food101.json';
import gtsrb from '#resources/datasets/gtsrb.json';
import imagenet from '#resources/datasets/imagenet.json';
import kmnist from '#resources/datasets/kmnist.json';
import mnist from '#resources/datasets/mnist.json';
import oxfordiiitpet from '#resources/datasets/oxfordiiitpet.json';
import pcam from '#resources/datasets/pcam.json';
import renderedsst2 from '#resources/datasets/renderedsst2.json';
import resisc45 from '#resources/datasets/resisc45.json';
import stl10 from '#resources/datasets/stl10.json';
import sun397 from '#resources/datasets/sun397.json';
import svhn from '#resources/datasets/svhn.json';
import carsTemplates from '#resources/templates/cars.json';
import cifar10Templates from '#resources/templates/cifar10.json';
import cifar100Templates from '#resources/templates/cifar100.json';
import defaultTemplates from '#resources/templates/default.json';
import dtdTemplates from '#resources/templates/dtd.json';
import emnistTemplates from '#resources/templates/emnist.json';
import eurosatTemplates from '#resources/templates/eurosat.json';
import fashionmnistTemplates from '#resources/templates/fashionmnist.json';
import fer2013Templates from '#resources/templates/fer2013.json';
import flowers102Templates from '#resources/templates/flowers102.json';
import food101Templates from '#resources/templates/food101.json';
import gtsrbTemplates from '#resources/templates/gtsrb.json';
import imagenetTemplates from '#resources/templates/imagenet.json';
import kmnistTemplates from '#resources/templates/kmnist.json';
import mnistTemplates from '#resources/templates/mnist.json';
import oxfordiiitpetTemplates from '#resources/templates/oxfordiiitpet.json';
import pcamTemplates from '#resources/templates/pcam.json';
import renderedsst2Templates from '#resources/templates/renderedsst2.json';
import resisc45Templates from '#resources/templates/resisc45.json';
import stl10Templates from '#resources/templates/stl10.json';
import sun397Templates from '#resources/templates/sun397.json';
import svhnTemplates from '#resources/templates/svhn.json';

const datasetFiles: readonly unknown[] = [
  cars,
  dtd,
  eurosat,
  gtsrb,
  mnist,
  resisc45,
  sun397,
  svhn,
  cifar100,
  stl10,
  flowers102,
  oxfordiiitpet,
  pcam,
  fer2013,
  emnist,
  cifar10,
  food101,
  fashionmnist,
  renderedsst2,
  kmnist,
  imagenet,
];

const templateFiles: readonly unknown[] = [
  carsTemplates,
  dtdTemplates,
  eurosatTemplates,
  gtsrbTemplates,
  mnistTemplates,
  resisc45Templates,
  sun397Templates,
  svhnTemplates,
  cifar100Templates,
  stl10Templates,
  flowers102Templates,
  oxfordiiitpetTemplates,
  pcamTemplates,
  fer2013Templates,
  emnistTemplates,
  cifar10Templates,
  food101Templates,
  fashionmnistTemplates,
  renderedsst2Templates,
  kmnistTemplates,
  imagenetTemplates,
  defaultTemplates,
];

interface Catalogue {
  readonly datasets: readonly KnownDataset[];
  readonly templates: readonly PromptTemplates[];
}

let catalogue: Catalogue | null = null;

/** Checks the files when they are first asked for: most commands do not need them, and it takes a while. */
function read(): Catalogue {
  if (catalogue !== null) return catalogue;
  catalogue = {
    datasets: datasetFiles.map((file) => knownDatasetSchema.parse(file)),
    templates: templateFiles.map((file) => promptTemplatesSchema.parse(file)),
  };
  return catalogue;
}

/** Lists the published datasets that the program knows: those of the suites in their usual order, then the control task. */
export function listKnownDatasets(): readonly KnownDataset[] {
  return read().datasets;
}

/**
 * Finds a published dataset by its name or one of its other names, without regard to case.
 *
 * @returns undefined if the program does not know it
 */
export function findKnownDataset(name: string): KnownDataset | undefined {
  return findByName(read().datasets, name);
}

/**
 * Returns a list of prompt templates.
 *
 * @param name name of the list: that of its dataset without regard to case, or `default`
 * @throws {AppError} `invalid_input` if there is none of this name, with the names that there are
 */
export function promptTemplates(name: string): PromptTemplates {
  const { templates } = read();
  const found = templates.find((list) => list.name === name.toLowerCase());
  if (found === undefined) {
    const names = templates.map((list) => list.name);
    throw new AppError(
      'invalid_input',
      `There are no prompt templates "${name}"; there are ${names.join(', ')}.`,
      { templates: name, names },
    );
  }
  return found;
}
