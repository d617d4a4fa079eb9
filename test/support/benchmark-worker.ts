import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#artifacts/sha256';
import type { Accuracy, AdditionResult, NegationResult, TaskAccuracies } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import { makeOutputs, type MadeOutput } from './host-fixture';
import type { StartRequest, WorkerScript } from './scripted-launcher';

const classes = Array.from({ length: 10 }, (_, index) => `class ${index}`);

/** What each kind of run of a drawn benchmark makes, with made-up numbers. */
function outputsOf({ spec, runId }: StartRequest): readonly MadeOutput[] {
  const made = (kind: MadeOutput['kind'], role: string): MadeOutput => ({
    kind,
    role,
    content: `${role} of ${runId}`,
  });
  switch (spec.kind) {
    case 'import-model':
      return [made('model', 'model'), made('text-encoder', 'textEncoder'), made('tokenizer', 'tokenizer')];
    case 'render-tasks': {
      const [name] = spec.params.tasks;
      const tasks = [{ name, folder: `0/${name}`, fingerprint: sha256(name), fileCount: 1 }];
      const content = JSON.stringify({ format: 'tangent-rendered-folder/1', tasks });
      return [{ kind: 'rendered-folder', role: 'folders', content }];
    }
    case 'import-dataset': {
      const content = JSON.stringify({ name: spec.params.name, classes });
      return [{ kind: 'dataset', role: 'dataset', label: spec.params.name, content }];
    }
    case 'zero-shot-head':
      return [made('head', 'head')];
    case 'initialize-model':
      return [made('model', 'model')];
    case 'finetune':
      return [made('task-vector', 'taskVector'), made('model', 'model')];
    case 'edit-add':
      return [{ kind: 'addition', role: 'addition', content: JSON.stringify(addition(spec)) }];
    case 'edit-negate':
      return [{ kind: 'negation', role: 'negation', content: JSON.stringify(negation(spec)) }];
    default:
      return [];
  }
}

/**
 * Does what the runs of a benchmark on drawn tasks do, at once and with made-up numbers.
 *
 * @param isLeftOut says which runs fail instead
 */
export function benchmarkWorker(
  isLeftOut: (spec: StartRequest['spec']) => boolean = () => false,
): WorkerScript {
  return async (worker, request) => {
    if (isLeftOut(request.spec)) {
      worker.exit({ code: 1, signal: null });
      return;
    }
    await makeOutputs(worker, request, outputsOf(request));
    worker.end('finished');
  };
}

/** Puts something in the place of the starter's model, for hosts whose program is in their data directory. */
export function writeStarterModel(program: string): void {
  const folder = join(program, 'resources/starter/clip');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.safetensors'), 'weights');
}

function accuracy(task: string, correct: number): Accuracy {
  return { task, dataset: sha256(task), correct, count: 100, top1: correct / 100 };
}

function accuracies(count: number, correct: number): TaskAccuracies {
  const tasks = Array.from({ length: count }, (_, index) => ({
    ...accuracy(`task ${index}`, correct),
    normalizedTop1: correct / 90,
  }));
  return { tasks, averageTop1: correct / 100, averageNormalizedTop1: correct / 90 };
}

function addition({ params, inputs }: RunSpecOf<'edit-add'>): AdditionResult {
  const of = (correct: number) => accuracies(inputs.tasks.length, correct);
  return {
    format: 'tangent-addition/1',
    mode: params.mode,
    vectorKind: null,
    pretrained: of(40),
    singleTask: { val: of(90), test: of(90) },
    sweep: [
      { scalingCoef: 0, val: of(40) },
      { scalingCoef: 1, val: of(70) },
    ],
    chosenScalingCoef: 1,
    test: of(70),
    testAtOne: of(70),
  };
}

function negation({ params, inputs }: RunSpecOf<'edit-negate'>): NegationResult {
  const control = accuracy('control', 60);
  const edited = (correct: number) => ({ target: accuracy('target', correct), control });
  return {
    format: 'tangent-negation/1',
    mode: params.mode,
    vectorKind: null,
    controlThreshold: params.controlThreshold,
    pretrainedControl: { val: control, test: control },
    tasks: inputs.tasks.map((_, index) => ({
      task: `task ${index}`,
      pretrained: accuracy(`task ${index}`, 40),
      singleTask: { val: accuracy(`task ${index}`, 90), test: accuracy(`task ${index}`, 90) },
      sweep: [
        { scalingCoef: 0, val: edited(40) },
        { scalingCoef: 1, val: edited(20) },
      ],
      chosenScalingCoef: 1,
      test: edited(20),
      testAtOne: edited(20),
    })),
    averageTargetTop1: 0.2,
    averageControlTop1: 0.6,
  };
}
