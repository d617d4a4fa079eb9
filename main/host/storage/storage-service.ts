import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '#contract/errors';
import {
  leftoverGroupSchema,
  type CleaningPlan,
  type CleaningResult,
  type LeftoverGroup,
  type StorageReport,
  type Verification,
} from '#contract/storage';
import { Job } from '../job';
import { findEngineLeftovers } from './find-engine-leftovers';
import { findCheckpoints, findLabCaches, findTemporary, findUnreferenced } from './find-run-leftovers';
import type { CleaningContext, FoundLeftovers, Leftover } from './leftovers';
import { measureStorage } from './measure-storage';
import { removeLeftover } from './remove-leftover';
import { verifyArtifacts, type VerificationProgress } from './verify-artifacts';

/** What a data directory takes, whether it is whole, and what of it can go. */
export class StorageService {
  /** The verification that was begun last. */
  readonly verification = new Job<VerificationProgress, Verification>('A verification');
  readonly #context: CleaningContext;
  readonly #root: string;
  #cleaning: Promise<CleaningResult> | null = null;
  #isClosed = false;
  #plan: { readonly id: string; readonly leftovers: readonly Leftover[] } | null = null;

  /**
   * @param context where to look
   * @param root the program's own folder
   */
  constructor(context: CleaningContext, root: string) {
    this.#context = context;
    this.#root = root;
  }

  /** Says how large the data directory is. */
  measure(): Promise<StorageReport> {
    const { directory, artifacts, catalog } = this.#context;
    return measureStorage(directory, artifacts, catalog);
  }

  /**
   * Begins to compare every artifact with its SHA-256; {@link verification} says how it goes.
   *
   * @throws {AppError} `job_under_way`
   */
  verify(): void {
    const { artifacts, catalog } = this.#context;
    this.verification.start((tell, signal) => verifyArtifacts(artifacts, catalog, tell, signal));
  }

  /**
   * Looks for what can be removed without losing a result; removes nothing.
   *
   * @throws {AppError} `job_under_way` while it is being removed
   */
  async planCleaning(): Promise<CleaningPlan> {
    if (this.#cleaning !== null) throw new AppError('job_under_way', 'A cleaning is under way already.');
    const found = [
      await findTemporary(this.#context),
      await findCheckpoints(this.#context),
      await findLabCaches(this.#context),
      await findUnreferenced(this.#context),
      ...(await findEngineLeftovers(this.#context, this.#root)),
    ];
    this.#plan = { id: randomUUID(), leftovers: found.flatMap(({ leftovers }) => leftovers) };
    return {
      id: this.#plan.id,
      groups: leftoverGroupSchema.options.map((group) => summarize(group, found)),
    };
  }

  /**
   * Removes groups of the newest plan, and nothing that was not in it. What has come into use since is left.
   *
   * @param id of the plan
   * @param groups which of its groups
   * @throws {AppError} `plan_outdated` if it is not the newest plan, or was carried out
   */
  async clean(id: string, groups: readonly LeftoverGroup[]): Promise<CleaningResult> {
    const plan = this.#plan;
    if (plan?.id !== id) {
      throw new AppError('plan_outdated', 'What can be removed was looked for again since this was shown.');
    }
    this.#plan = null;
    const chosen = plan.leftovers.filter(({ group }) => groups.includes(group));
    this.#cleaning = removeAll(chosen, () => this.#isClosed);
    try {
      return await this.#cleaning;
    } finally {
      this.#cleaning = null;
    }
  }

  /** Stops what is under way: the next owner of the directory may be using what could have gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.verification.close(), this.#cleaning]);
  }
}

async function removeAll(leftovers: readonly Leftover[], isClosed: () => boolean): Promise<CleaningResult> {
  const removed = { count: 0, bytes: 0 };
  const failures: { path: string; reason: string }[] = [];
  let kept = 0;
  for (const leftover of leftovers) {
    await nextTurn();
    if (isClosed()) break;
    try {
      if (await removeLeftover(leftover)) {
        removed.count += 1;
        removed.bytes += leftover.bytes;
      } else kept += 1;
    } catch (error) {
      // Gone already is as good as removed.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      failures.push({ path: leftover.path, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { removed, kept, failures };
}

function summarize(group: LeftoverGroup, found: readonly FoundLeftovers[]): CleaningPlan['groups'][number] {
  const parts = found.filter((part) => part.group === group);
  const leftovers = parts.flatMap((part) => part.leftovers);
  return {
    group,
    count: leftovers.length,
    bytes: leftovers.reduce((sum, { bytes }) => sum + bytes, 0),
    blocked: parts.find(({ blocked }) => blocked !== null)?.blocked ?? null,
  };
}
