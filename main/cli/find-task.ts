import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import { findArtifact, findOrigin } from './find-artifact';

/** A task vector and the task that it was trained on, by artifact ids. */
export interface EditedTask {
  readonly dataset: string;
  readonly head: string;
  readonly taskVector: string;
}

/**
 * Finds what an edit is made from by what a person types: task vectors, each alone or followed by its dataset
 * and head, and the one pre-trained model that they start from.
 *
 * @throws {AppError} as {@link findArtifact}; `invalid_input` if neither a text nor the lineage tells dataset
 *   and head; `params_mismatch` if the vectors come from different models
 */
export async function findEditInputs(
  client: HostClient,
  texts: readonly string[],
): Promise<{ model: string; tasks: EditedTask[] }> {
  const found = await Promise.all(texts.map((text) => findTask(client, text)));
  const models = new Set(found.map((task) => task.model));
  if (models.size !== 1) {
    throw new AppError('params_mismatch', 'The task vectors come from different pre-trained models.', {
      models: [...models],
    });
  }
  const tasks = found.map(({ dataset, head, taskVector }) => ({ dataset, head, taskVector }));
  return { model: found[0].model, tasks };
}

async function findTask(client: HostClient, text: string): Promise<EditedTask & { readonly model: string }> {
  const [reference, dataset, head] = text.split(',');
  const vector = await findArtifact(client, reference, 'task-vector');
  const origin = await findOrigin(client, vector);
  const find = async (kind: 'model' | 'dataset' | 'head', given?: string): Promise<string> => {
    const known = given ?? origin[kind];
    if (known !== undefined) return (await findArtifact(client, known, kind)).id;
    throw new AppError(
      'invalid_input',
      `The task vector ${vector.id.slice(0, 12)} was not made by fine-tuning here, so its ${kind} is not known; write --task-vector <vector>,<dataset>,<head>.`,
      { artifactId: vector.id },
    );
  };
  return {
    model: await find('model'),
    dataset: await find('dataset', dataset),
    head: await find('head', head),
    taskVector: vector.id,
  };
}

/**
 * Finds a task by what a person types, `dataset,head`.
 *
 * @param option that it was typed for
 * @throws {AppError} as {@link findArtifact}; `invalid_input` if one of the two is missing
 */
export async function findTaskByParts(
  client: HostClient,
  text: string,
  option: string,
): Promise<{ dataset: string; head: string }> {
  const [dataset, head = '', ...rest] = text.split(',');
  if (dataset === '' || head === '' || rest.length > 0) {
    throw new AppError('invalid_input', `"${text}" is not a task; write --${option} <dataset>,<head>.`, {
      option,
    });
  }
  return {
    dataset: (await findArtifact(client, dataset, 'dataset')).id,
    head: (await findArtifact(client, head, 'head')).id,
  };
}
