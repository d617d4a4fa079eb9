import { AppError } from '#contract/errors';
import type { LabItem, LabSpec, LabTopic, TaskDisagreement } from '#contract/lab';
import type { Accuracy } from '#contract/results';
import { sampleIndices } from '#numerics/data/sample-images';
import { findDisagreements } from '#numerics/editing/disentanglement';
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
  readonly #spec: LabSpec;
  readonly #tasks: readonly Task[];
  readonly #vectorCount: number;
  readonly #predictions: EditPredictions;

  private constructor(spec: LabSpec, tasks: readonly Task[], predictions: EditPredictions) {
    this.#spec = spec;
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
   * Answers about θ0 + Σ α_t τ_t, or the first-order expansion there.
   *
   * @param scalingCoefs α_t, one for each task vector
   * @param about what of it
   * @param context told how far it is, where the network runs
   * @throws {AppError} `invalid_input` for another number of coefficients, or about disagreements if there is not one
   *   vector for each task; `non_finite_features`
   */
  async ask(scalingCoefs: readonly number[], about: LabTopic, context: RunContext): Promise<LabItem> {
    if (scalingCoefs.length !== this.#vectorCount) {
      throw new AppError(
        'invalid_input',
        `${scalingCoefs.length} coefficients are given for ${this.#vectorCount} task vectors.`,
        { coefficients: scalingCoefs.length, expected: this.#vectorCount },
      );
    }
    const coefs = [...scalingCoefs];
    return about === 'accuracies'
      ? { type: 'answer', scalingCoefs: coefs, accuracies: await this.#measure(coefs, context) }
      : { type: 'disagreements', scalingCoefs: coefs, tasks: await this.#compare(coefs, context) };
  }

  /** Measures the edit on every task. */
  async #measure(scalingCoefs: readonly number[], context: RunContext): Promise<Accuracy[]> {
    const { predict, labels } = this.#predictions;
    return this.#forEachTask(context, async ({ manifest, datasetId }, t) => {
      const correct = countCorrect(await predict(t, scalingCoefs), labels[t]);
      const count = labels[t].length;
      return { task: manifest.name, dataset: datasetId, correct, count, top1: correct / count };
    });
  }

  /** Finds the images of each task on which the edit predicts otherwise than the task's own vector: the terms of ξ. */
  #compare(scalingCoefs: readonly number[], context: RunContext): Promise<TaskDisagreement[]> {
    if (this.#tasks.length !== this.#vectorCount) {
      throw new AppError(
        'invalid_input',
        'Predictions are compared with those of the task’s own vector: give one vector for each task.',
        { tasks: this.#tasks.length, taskVectors: this.#vectorCount },
      );
    }
    const { predict, labels } = this.#predictions;
    return this.#forEachTask(context, async ({ manifest, datasetId }, t) => {
      const alone = await predict(
        t,
        scalingCoefs.map((alpha, s) => (s === t ? alpha : 0)),
      );
      const together = await predict(t, scalingCoefs);
      const changed = findDisagreements(alone, together);
      const places = this.#placesOf(manifest);
      return {
        task: manifest.name,
        dataset: datasetId,
        count: labels[t].length,
        indices: changed.map((n) => places[n]),
        labels: changed.map((n) => labels[t][n]),
        alone: changed.map((n) => alone[n]),
        together: changed.map((n) => together[n]),
      };
    });
  }

  /** Where the images that the lab holds of a task lie in the split. */
  #placesOf({ splits }: Task['manifest']): readonly number[] {
    const { length } = splits[this.#spec.split].samples;
    return sampleIndices(length, { count: this.#spec.imageCount ?? length, seed: this.#spec.seed });
  }

  async #forEachTask<T>(context: RunContext, work: (task: Task, t: number) => Promise<T>): Promise<T[]> {
    // From responses it takes milliseconds, and nobody wants to hear of it.
    const meter =
      this.#spec.mode === 'standard'
        ? context.meter('measuring the edit', { total: this.#tasks.length, unit: 'tasks' })
        : null;
    const found: T[] = [];
    for (const [t, task] of this.#tasks.entries()) {
      found.push(await work(task, t));
      meter?.update(found.length);
    }
    return found;
  }
}
