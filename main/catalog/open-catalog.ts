import { ArtifactTable } from './artifacts';
import { EventTable } from './events';
import { openDatabase } from './open-database';
import { ReportTable } from './reports';
import { RunTable } from './runs';
import { StudyTable } from './studies';

/** The catalog: facts about every run, artifact and study of a data directory. */
export interface Catalog {
  readonly runs: RunTable;
  readonly events: EventTable;
  readonly artifacts: ArtifactTable;
  readonly studies: StudyTable;
  readonly reports: ReportTable;
  /** Runs several changes as one: all of them happen or none. */
  transaction<T>(work: () => T): T;
  /** Brings everything that was stored so far onto the disk, safe from a power cut. */
  flush(): void;
  close(): void;
}

/**
 * Opens the catalog in a file, making or upgrading it as needed.
 *
 * @param path the database file, or `:memory:`
 * @returns the catalog; the caller closes it
 * @throws {AppError} `data_directory_newer` if a newer program wrote the file
 */
export function openCatalog(path: string): Catalog {
  const database = openDatabase(path);
  return {
    runs: new RunTable(database),
    events: new EventTable(database),
    artifacts: new ArtifactTable(database),
    studies: new StudyTable(database),
    reports: new ReportTable(database),
    transaction: (work) => database.transaction(work)(),
    // A checkpoint of the write-ahead log flushes the log first; PASSIVE waits for nobody.
    flush: () => void database.pragma('wal_checkpoint(PASSIVE)'),
    close: () => void database.close(),
  };
}
