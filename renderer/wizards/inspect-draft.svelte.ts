import { untrack } from 'svelte';
import type { HostClient } from '#contract/api';
import { inspectSpec, type InspectedSubject } from '#contract/import-specs';
import { inspectionSchema, type Inspection } from '#contract/results';
import { FollowedRun } from '#renderer/state/followed-run.svelte.ts';
import type { AppError } from '#contract/errors';
import type { Fields } from './draft-state.svelte';

/** What was found out about the source of a draft. */
export interface DraftInspection {
  /** Null until it is known. */
  readonly found: Inspection | null;
  readonly isBusy: boolean;
  /** Why it cannot be read as what it is taken for. */
  readonly error: AppError | null;
}

/**
 * Looks at the source of a draft, again whenever it changes; what was looked at before is not looked at twice.
 * To be called while a component is made.
 */
export function inspectDraft(client: HostClient, draft: Fields, subject: InspectedSubject): DraftInspection {
  const run = new FollowedRun(client);
  let found = $state.raw<Inspection | null>(null);
  let isWaiting = $state(false);
  const source = $derived(draft.at('params.path'));
  const fingerprint = $derived(draft.at('params.fingerprint'));

  $effect(() => {
    if (typeof source !== 'string' || typeof fingerprint !== 'string') return undefined;
    const spec = inspectSpec({ path: source, fingerprint }, subject);
    let isWanted = true;
    untrack(() => {
      found = null;
      isWaiting = true;
    });
    void untrack(() => run.start(spec)).then(async (detail) => {
      // By its role: the report of an earlier import may be the very same file, and is then of that kind.
      const output = detail?.outputs.find(({ role }) => role === 'inspection');
      const report =
        output === undefined
          ? null
          : inspectionSchema.parse(await client.query('artifacts.json', { id: output.id }));
      if (!isWanted) return;
      found = report;
      isWaiting = false;
    });
    return () => {
      isWanted = false;
      run.close();
    };
  });

  return {
    get found() {
      return found;
    },
    get isBusy() {
      return isWaiting;
    },
    get error() {
      return run.error;
    },
  };
}
