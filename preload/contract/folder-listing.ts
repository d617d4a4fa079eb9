import { z } from 'zod';

const placeSchema = z.object({ name: z.string(), path: z.string() });

/** What can be chosen in a folder. */
export const folderEntrySchema = z.object({
  name: z.string(),
  /** Absolute. */
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  /** Of a file; null for a folder, and where it cannot be told. */
  sizeBytes: z.int().min(0).nullable(),
});
/** See {@link folderEntrySchema}. */
export type FolderEntry = z.infer<typeof folderEntrySchema>;

/** One folder of the machine that the host runs on: names, kinds and sizes, and nothing of what is in the files. */
export const folderListingSchema = z.object({
  /** Absolute path of the folder. */
  path: z.string(),
  /** The file that was asked for; null if it was the folder itself. */
  file: z.string().nullable(),
  /** From the root down to the folder. */
  trail: z.array(placeSchema),
  /** Where one begins: the home folder, the root, and the disks that are mounted. */
  places: z.array(placeSchema),
  /** Folders first, then by name, as people count. */
  entries: z.array(folderEntrySchema),
  /** Entries that are not listed because there are too many. */
  omitted: z.int().min(0),
  /** Entries that are not listed because their names begin with a dot. */
  hidden: z.int().min(0),
});
/** See {@link folderListingSchema}. */
export type FolderListing = z.infer<typeof folderListingSchema>;
