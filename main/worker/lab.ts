import { AppError } from '#contract/errors';
import type { LabSpec } from '#contract/lab';
import type { Accuracy } from '#contract/results';
import { openPredictions, type EditPredictions } from './procedures/edit-predictions';
import { countCorrect } from './procedures/image-evaluator';
import { loadVectors } from './procedures/load-edit';
import { loadModel, loadTask, type Task } from './procedures/load-inputs';
import type { RunContext } from './run-context';

/**
 * Edited models that answer at once how good they are at any coefficients: in the tangent modes from the responses
 * of all images, which are computed when the lab is opened; in f by running the network.
 */
export class Lab {
  readonly #tasks: readonly Task[];
  readonly #vectorCount: number;
  readonly #predictions: EditPredictions;
  readonly #isInstant: boolean;

  private constructor(spec: LabSpec, tasks: readonly Task[], predictions: EditPredictions) {
    this.#isInstant = spec.mode !== 'standard';
    this.#tasks = tasks;
    this.#vectorCount = spec.taskVectors.length;
    this.#predictions = predictions;
  }

  /**
   * Loads what a lab holds, on the engine that runs.
   *
   * @param spec which
   * @param context its run directory keeps responses and predictions for the next time
   * @throws {AppError} what loading throws
   */
  static async open(spec: LabSpec, context: RunContext): Promise<Lab> {
    const { mode, split, imageCount, batchSize, seed } = spec;
    const model = await loadModel(context, spec.model);
    const vectors = await loadVectors(spec.taskVectors, spec, context);
    const tasks: Task[] = [];
    for (const ids of spec.tasks) tasks.push(await loadTask(context, ids, model));
    const params = { mode, split, imageCount, batchSize };
    const predictions = await openPredictions({ params, seed }, { model, tasks, vectors }, context);
    return new Lab(spec, tasks, predictions);
  }

  /**
   * Measures θ0 + Σ α_t τ_t, or the first-order expansion there, on every task.
   *
   * @param scalingCoefs α_t, one for each task vector
   * @param context told how far it is, where the network runs
   * @throws {AppError} `invalid_input` for another number of coefficients; `non_finite_features`
   */
  async ask(scalingCoefs: readonly number[], context: RunContext): Promise<Accuracy[]> {
    if (scalingCoefs.length !== this.#vectorCount) {
      throw new AppError(
        'invalid_input',
        `${scalingCoefs.length} coefficients are given for ${this.#vectorCount} task vectors.`,
        { coefficients: scalingCoefs.length, expected: this.#vectorCount },
      );
    }
    const { predict, labels } = this.#predictions;
    const accuracies: Accuracy[] = [];
    // From responses it takes milliseconds, and nobody wants to hear of it.
    const meter = this.#isInstant
      ? null
      : context.meter('measuring the edit', { total: this.#tasks.length, unit: 'tasks' });
    for (const [t, { manifest, datasetId }] of this.#tasks.entries()) {
      const correct = countCorrect(await predict(t, scalingCoefs), labels[t]);
      const count = labels[t].length;
      accuracies.push({ task: manifest.name, dataset: datasetId, correct, count, top1: correct / count });
      meter?.update(accuracies.length);
    }
    return accuracies;
  }
}
