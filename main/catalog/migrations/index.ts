import { migration0001 } from './0001-runs-artifacts-studies';
import { migration0002 } from './0002-artifacts-by-kind';
import { migration0003 } from './0003-tags-notes-queue';
import { migration0004 } from './0004-reports';

/** Every migration in order: number n brings a database from version n − 1 to n. Append only. */
export const migrations: readonly string[] = [migration0001, migration0002, migration0003, migration0004];
