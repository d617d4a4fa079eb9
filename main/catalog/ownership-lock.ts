import Database from 'better-sqlite3';
import { AppError } from '#contract/errors';

/** Holds a data directory for one process. */
export interface OwnershipLock {
  /** Lets the next process have it. Also happens by itself when this process ends, however it ends. */
  release(): void;
}

/**
 * Takes the exclusive right to a data directory.
 *
 * The lock is SQLite's own exclusive file lock on an otherwise empty database: the operating system
 * drops it when the process dies, so a killed host leaves no stale lock and no process id to guess at.
 *
 * @param path the lock file
 * @returns the lock
 * @throws {AppError} `data_directory_in_use` if another process holds it; `data_directory_unusable` if the
 * file can be neither opened nor made
 */
export function acquireOwnership(path: string): OwnershipLock {
  const database = openLockFile(path);
  try {
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if ((cause as { code?: unknown }).code !== 'SQLITE_BUSY') throw cause;
    throw new AppError(
      'data_directory_in_use',
      'Another Tangent Workbench process owns this data directory.',
      { path },
      { cause },
    );
  }
  return { release: () => void database.close() };
}

function openLockFile(path: string): Database.Database {
  try {
    return new Database(path, { timeout: 0 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('data_directory_unusable', `Cannot use ${path}: ${reason}`, { path }, { cause });
  }
}
