import { z } from 'zod';

/** The layouts and file formats that datasets are read from. */
export const datasetFormatSchema = z.enum([
  'image-folder',
  'captioned-folder',
  'idx',
  'cifar-10',
  'cifar-100',
  'parquet',
  'webdataset',
  'svhn',
  'gtsrb',
  'stanford-cars',
  'dtd',
  'resisc45',
  'sun397',
]);
/** See {@link datasetFormatSchema}. */
export type DatasetFormat = z.infer<typeof datasetFormatSchema>;
