import Database from 'better-sqlite3';
import { AppError } from '#contract/errors';
import { migrations } from './migrations/index';

/** An open connection to the catalog's database. */
export type CatalogDatabase = Database.Database;

/**
 * Opens the database file, making it if it is not there, and brings it to the newest version.
 *
 * Journal: write-ahead log with `synchronous = NORMAL`: a killed process loses nothing; a power cut
 * can take back the newest transactions but never tears one, and a run whose end was taken back is
 * recovered as interrupted.
 *
 * @param path the file, or `:memory:`
 * @param chain the migrations; the default is the program's own
 * @returns the connection; the caller closes it
 * @throws {AppError} `data_directory_newer` if a newer program wrote the file, which then stays as it
 *   is; `catalog_damaged` if the file is not a whole database
 */
export function openDatabase(path: string, chain: readonly string[] = migrations): CatalogDatabase {
  const database = new Database(path);
  try {
    const version = readVersion(database, chain.length, path);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    migrate(database, chain, version);
    return database;
  } catch (error) {
    database.close();
    throw explain(error, path);
  }
}

function readVersion(database: CatalogDatabase, newest: number, path: string): number {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version <= newest) return version;
  throw new AppError(
    'data_directory_newer',
    `The catalog ${path} has version ${version}; this program knows versions up to ${newest}.`,
    { path, version },
  );
}

function explain(error: unknown, path: string): unknown {
  const code = error instanceof Database.SqliteError ? error.code : '';
  if (code !== 'SQLITE_NOTADB' && !code.startsWith('SQLITE_CORRUPT')) return error;
  return new AppError('catalog_damaged', `The catalog ${path} is damaged.`, { path }, { cause: error });
}

function migrate(database: CatalogDatabase, chain: readonly string[], version: number): void {
  chain.slice(version).forEach((sql, index) => {
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${version + index + 1}`);
    })();
  });
}
