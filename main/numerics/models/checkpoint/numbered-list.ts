import { AppError } from '#contract/errors';
import type { StoredTensor } from '../stored-tensor';
import { deduceVisionArchitecture } from '../vision-parameters';
import { visionParameterShapes } from '../vision-parameters';
import { shapesOf } from '../stored-tensor';

/** The two parameter lists of the reference implementation's linearised encoder, under open_clip's names. */
export interface NumberedTensors {
  /** θ0. */
  readonly params0: ReadonlyMap<string, StoredTensor>;
  /** θ. */
  readonly params: ReadonlyMap<string, StoredTensor>;
}

/** What stands before and after the image tower among the parameters of a CLIP model without its text transformer. */
const NAMES_BEFORE = ['positional_embedding', 'text_projection', 'logit_scale'];
const NAMES_AFTER = ['token_embedding.weight', 'ln_final.weight', 'ln_final.bias'];

/** Parameters of a block and of the rest of an image tower; the sizes do not change their number. */
const sample = {
  imageSize: 2,
  patchSize: 1,
  width: 2,
  heads: 1,
  mlpRatio: 1,
  featureSize: 1,
  activation: 'gelu',
} as const;

/**
 * Names the parameters of a numbered list. The reference implementation keeps the parameters of its
 * linearised encoder as `params.{i}` and `params0.{i}`, numbered in the order in which PyTorch lists those of
 * open_clip's CLIP without its text transformer: first the model's own, then the image tower's, then the
 * token embedding and the last normalization. Which of them are there is told by their number, and every
 * shape is checked.
 *
 * Source: gortizji/tangent_task_arithmetic, `src/linearize.py`; open_clip 2.10.1, `model.py`.
 *
 * @param tensors of the file, without what stands before `params`
 * @param label of the file, for messages
 * @throws {AppError} `checkpoint_format` if the lists differ or fit no image tower
 */
export function nameNumberedTensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  label: string,
): NumberedTensors {
  const params0 = takeList(tensors, 'params0', label);
  const params = takeList(tensors, 'params', label);
  const differs = params0.findIndex((tensor, i) => tensor.shape.join() !== params.at(i)?.shape.join());
  if (params.length !== params0.length || differs >= 0) {
    const what =
      params.length === params0.length
        ? `differ in shape at ${differs}`
        : `have ${params.length} and ${params0.length} entries`;
    throw wrong(label, `its lists params and params0 ${what}`);
  }
  const names = listNames(params0, label);
  const named = (list: readonly StoredTensor[]) => new Map(names.map((name, i) => [name, list[i]]));
  return { params0: named(params0), params: named(params) };
}

function takeList(tensors: ReadonlyMap<string, StoredTensor>, list: string, label: string): StoredTensor[] {
  const found: StoredTensor[] = [];
  for (let tensor; (tensor = tensors.get(`${list}.${found.length}`)) !== undefined;) found.push(tensor);
  const stray = [...tensors.keys()].find(
    (name) => name.startsWith(`${list}.`) && !(Number(name.slice(list.length + 1)) < found.length),
  );
  if (stray !== undefined) throw wrong(label, `${list}.${found.length} is missing, but there is ${stray}`);
  return found;
}

/** The names in the order of the list: those with which all shapes agree. */
function listNames(list: readonly StoredTensor[], label: string): string[] {
  const fixed = visionParameterShapes({ ...sample, layers: 1 }).size;
  const perBlock = visionParameterShapes({ ...sample, layers: 2 }).size - fixed;
  for (const before of [NAMES_BEFORE, []]) {
    for (const after of [NAMES_AFTER, []]) {
      const layers = 1 + (list.length - before.length - after.length - fixed) / perBlock;
      if (!Number.isInteger(layers) || layers < 1) continue;
      const names = [...before, ...visionParameterShapes({ ...sample, layers }).keys(), ...after];
      if (fitsImageTower(new Map(names.map((name, i) => [name, list[i]])))) return names;
    }
  }
  throw wrong(
    label,
    `its ${list.length} numbered parameters are not those of a CLIP model without its text transformer, in any known order`,
  );
}

function fitsImageTower(named: ReadonlyMap<string, StoredTensor>): boolean {
  try {
    deduceVisionArchitecture(shapesOf(named), { heads: 1, activation: 'gelu' });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'params_mismatch') return false;
    throw error;
  }
}

function wrong(label: string, what: string): AppError {
  return new AppError('checkpoint_format', `${label} cannot be read as a linearised encoder: ${what}.`, {
    file: label,
  });
}
