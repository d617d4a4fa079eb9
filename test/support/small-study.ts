import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { studyGraphSchema, type StudyGraph, type StudyStep } from '#contract/study-template';
import { importStarterModel } from '#host/benchmark/expand-benchmark';
import { starterDomains } from '#numerics/data/starter/world/domains';

const tasks = ['signs', 'textures', 'digits'] as const;
type Task = (typeof tasks)[number];

const optimizer = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const schedule = { steps: 24, warmupSteps: 3, batchSize: 16, clipNorm: 1, checkpointEvery: 4 };
const engine = 'auto';
const tower = { width: 16, layers: 1, heads: 2, mlpRatio: 4, featureSize: 16, activation: 'quickGelu' };

const output = (role: string, of: string) => ({ $output: role, of });
const model = output('model', 'pretrain');

/**
 * A study of steps of nearly every kind that takes seconds: it draws three tasks, pre-trains a tiny CLIP on
 * drawn images with captions, fine-tunes it on each task in both modes, adds the tasks by all three methods,
 * and negates two of them with the third as the control.
 */
export function smallStudy(): StudyGraph {
  return studyGraphSchema.parse({
    format: 'tangent-study/1',
    name: 'small',
    title: 'Small study',
    description: 'Three drawn tasks, edited in all modes.',
    steps: [
      renderStep({ trainPerClass: 16, testPerClass: 4 }),
      ...tasks.map(importStep),
      pretrainStep(),
      ...tasks.map((task) => headStep(task, 'pretrain')),
      ...(['standard', 'linear'] as const).flatMap((mode) => tasks.map((task) => finetuneStep(mode, task))),
      ...(['standard', 'posthoc', 'linear'] as const).map(addStep),
      negateStep(),
    ],
  });
}

/** A study of {@link starterTasks} and a short training on one of them. */
export function starterTraining(): StudyGraph {
  const { steps, ...study } = starterTasks();
  const training: StudyStep = {
    id: 'train',
    title: 'Fine-tune on signs',
    spec: {
      kind: 'finetune',
      specVersion: 2,
      params: { mode: 'standard', augmentation: 'none', optimizer, schedule, engine },
      inputs: { model: output('model', importStarterModel().id), ...taskInputs('signs') },
      seed: 3,
    },
  };
  return { ...study, name: 'starter-training', title: 'Starter training', steps: [...steps, training] };
}

/** A study that draws the same tasks and imports them and the starter's model: all that fine-tuning needs. */
export function starterTasks(): StudyGraph {
  const starter = importStarterModel();
  return studyGraphSchema.parse({
    format: 'tangent-study/1',
    name: 'starter-tasks',
    title: 'Starter tasks',
    description: 'Three drawn tasks with heads of the starter.',
    steps: [
      renderStep({ trainPerClass: 16, testPerClass: 8 }),
      ...tasks.map(importStep),
      starter,
      ...tasks.map((task) => headStep(task, starter.id)),
    ],
  });
}

/** Writes the small study where the command can read it, and returns the path. */
export function writeSmallStudy(folder: string): string {
  const path = join(folder, 'small.json');
  writeFileSync(path, JSON.stringify(smallStudy()));
  return path;
}

function renderStep(counts: { trainPerClass: number; testPerClass: number }): StudyStep {
  return {
    id: 'render',
    title: 'Draw the tasks',
    spec: { kind: 'render-tasks', specVersion: 2, params: { tasks, ...counts }, inputs: {}, seed: 0 },
  };
}

function importStep(task: Task): StudyStep {
  const folder = (property: 'folder' | 'fingerprint') => ({ $renderedFolder: task, of: 'render', property });
  return {
    id: `import-${task}`,
    title: `Import ${task}`,
    spec: {
      kind: 'import-dataset',
      specVersion: 2,
      params: {
        path: folder('folder'),
        fingerprint: folder('fingerprint'),
        name: task,
        format: 'image-folder',
        parts: null,
        valFraction: 0.25,
        valCap: 5000,
        valList: null,
        onUnreadable: 'fail',
        known: null,
      },
      inputs: {},
      seed: 0,
    },
  };
}

function pretrainStep(): StudyStep {
  const pools = (['signs', 'digits', 'pairs'] as const).map((domain) => ({
    domain,
    images: 64,
    weight: 1,
    largestShift: 0.5,
  }));
  return {
    id: 'pretrain',
    title: 'Pre-train',
    spec: {
      kind: 'pretrain',
      specVersion: 2,
      params: {
        name: 'small CLIP',
        image: { imageSize: 32, patchSize: 8, ...tower },
        text: { vocabularySize: 256, contextLength: 9, ...tower },
        preprocessing: { mean: [0.45, 0.45, 0.45], std: [0.27, 0.27, 0.27] },
        source: { from: 'starter', pools, jitterPixels: 2 },
        sourcesPerBatch: 2,
        initialLogitScale: 14,
        largestLogitScale: 100,
        optimizer: { ...optimizer, weightDecay: 0.05 },
        schedule,
        engine,
      },
      inputs: { datasets: [] },
      seed: 0,
    },
  };
}

function headStep(task: Task, model: string): StudyStep {
  return {
    id: `head-${task}`,
    title: `Zero-shot head of ${task}`,
    spec: {
      kind: 'zero-shot-head',
      specVersion: 1,
      params: {
        templates: ['photo {class}', 'picture {class}'],
        // Some formats of datasets keep no names of classes.
        promptNames: [...starterDomains[task].classes].sort(),
        engine,
      },
      inputs: {
        dataset: output('dataset', `import-${task}`),
        textEncoder: output('textEncoder', model),
        tokenizer: output('tokenizer', model),
      },
      seed: 0,
    },
  };
}

function finetuneStep(mode: 'standard' | 'linear', task: Task): StudyStep {
  return {
    id: `finetune-${mode}-${task}`,
    title: `Fine-tune on ${task} (${mode})`,
    spec: {
      kind: 'finetune',
      specVersion: 2,
      params: { mode, augmentation: 'none', optimizer, schedule, engine },
      inputs: { model, ...taskInputs(task) },
      seed: 0,
    },
  };
}

function addStep(mode: 'standard' | 'posthoc' | 'linear'): StudyStep {
  const made = mode === 'linear' ? 'linear' : 'standard';
  return {
    id: `add-${mode}`,
    title: `Add the tasks (${mode})`,
    spec: {
      kind: 'edit-add',
      specVersion: 2,
      params: { mode, gridPoints: 5, batchSize: 100, engine },
      inputs: { model, tasks: tasks.map((task) => withVector(made, task)) },
      seed: 0,
    },
  };
}

function negateStep(): StudyStep {
  const [first, second, control] = tasks;
  return {
    id: 'negate-standard',
    title: 'Negate each task (standard)',
    spec: {
      kind: 'edit-negate',
      specVersion: 1,
      params: { mode: 'standard', gridPoints: 5, controlThreshold: 0.5, batchSize: 100, engine },
      inputs: {
        model,
        control: taskInputs(control),
        tasks: [first, second].map((task) => withVector('standard', task)),
      },
      seed: 0,
    },
  };
}

function taskInputs(task: Task) {
  return { dataset: output('dataset', `import-${task}`), head: output('head', `head-${task}`) };
}

function withVector(mode: 'standard' | 'linear', task: Task) {
  return { ...taskInputs(task), taskVector: output('taskVector', `finetune-${mode}-${task}`) };
}
