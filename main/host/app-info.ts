import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '#contract/errors';

const packageSchema = z.object({ name: z.string(), version: z.string() });

/** Which program this is. */
export interface AppInfo {
  /** Folder that holds `package.json`. */
  readonly root: string;
  readonly version: string;
  /** Commit of the checkout, with `+changes` if files differ from it; null outside a checkout. */
  readonly commit: string | null;
}

/**
 * Finds the program's own folder, version and commit.
 *
 * @param start a folder inside the program, for example of the running module
 * @throws {AppError} `internal` if no package of ours is above `start`
 */
export function readAppInfo(start: string): AppInfo {
  for (let folder = start; dirname(folder) !== folder; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const parsed = packageSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!parsed.success || parsed.data.name !== 'tangent') continue;
    let commit: string | null | undefined;
    return {
      root: folder,
      version: parsed.data.version,
      // Asks git when a record needs it, once: most commands do not.
      get commit() {
        if (commit === undefined) commit = readCommit(folder);
        return commit;
      },
    };
  }
  throw new AppError('internal', `no package.json of Tangent Workbench above ${start}`);
}

function readCommit(root: string): string | null {
  if (!existsSync(join(root, '.git'))) return null;
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', 'HEAD') + (changed ? '+changes' : '');
  } catch {
    // No git program, or a checkout without commits: the record then says so with null.
    return null;
  }
}
