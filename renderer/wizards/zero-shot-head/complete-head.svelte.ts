import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import { asAppError } from '#renderer/state/as-app-error.ts';
import type { Fields } from '../draft-state.svelte';

/**
 * Fills in what follows from the dataset and the text tower of a draft: the usual prompts, and the tokenizer that
 * was read with the tower. To be called while a component is made.
 *
 * @returns what could not be found, and why
 */
export function completeHead(client: HostClient, draft: Fields): { readonly error: AppError | null } {
  let error = $state.raw<AppError | null>(null);
  const needsPrompts = $derived(draft.at('params.templates') === null);
  const needsTokenizer = $derived(draft.at('inputs.tokenizer') === null);

  $effect(() => {
    const dataset = draft.at('inputs.dataset');
    if (typeof dataset !== 'string' || !needsPrompts) return;
    void findPrompts(dataset).then((prompts) => {
      // Another dataset may have been chosen, or another view may have filled them in, meanwhile.
      if (draft.at('inputs.dataset') !== dataset || draft.at('params.templates') !== null) return;
      if (prompts === null) return;
      const { templates, promptNames } = prompts;
      draft.complete({ 'params.templates': templates, 'params.promptNames': promptNames });
    });
  });

  $effect(() => {
    const textEncoder = draft.at('inputs.textEncoder');
    if (typeof textEncoder !== 'string' || !needsTokenizer) return;
    void findTokenizer(textEncoder).then((tokenizer) => {
      if (draft.at('inputs.textEncoder') !== textEncoder || draft.at('inputs.tokenizer') !== null) return;
      if (tokenizer !== null) draft.complete({ 'inputs.tokenizer': tokenizer });
    });
  });

  async function findPrompts(datasetId: string) {
    try {
      return await client.query('datasets.prompts', { datasetId });
    } catch (thrown) {
      error = asAppError(thrown);
      // Its classes have other names than the published dataset's: they are called as they are.
      return client.query('datasets.prompts', { datasetId, hasNames: true }).catch(() => null);
    }
  }

  async function findTokenizer(id: string): Promise<string | null> {
    const { madeBy } = await client.query('artifacts.get', { id });
    if (madeBy === null) return null;
    const { outputs } = await client.query('runs.get', { runId: madeBy });
    return outputs.find(({ kind }) => kind === 'tokenizer')?.id ?? null;
  }

  return {
    get error() {
      return error;
    },
  };
}
