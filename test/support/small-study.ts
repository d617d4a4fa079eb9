import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { studyTemplateSchema, type StudyTemplate } from '#contract/study-template';
import quickstart from '#resources/studies/quickstart.json';

/**
 * The quickstart in small: the same kinds of steps on the same graph, with a model, data and
 * schedules that take seconds.
 */
export function smallStudy(): StudyTemplate {
  const template = studyTemplateSchema.parse(structuredClone(quickstart));
  for (const { spec } of template.steps) {
    const params = spec.params as Record<string, unknown>;
    if (spec.kind === 'render-tasks') Object.assign(params, { trainPerClass: 16, testPerClass: 4 });
    if (spec.kind === 'class-head') params.featureSize = 16;
    if (spec.kind === 'pretrain') {
      Object.assign(params.architecture as object, { width: 16, layers: 1, heads: 2, featureSize: 16 });
    }
    if (spec.kind === 'pretrain' || spec.kind === 'finetune') {
      Object.assign(params.schedule as object, {
        steps: 24,
        warmupSteps: 3,
        batchSize: 16,
        checkpointEvery: 4,
      });
    }
  }
  return { ...template, name: 'small', title: 'Small study' };
}

/** Writes the small study where the command can read it, and returns the path. */
export function writeSmallStudy(folder: string): string {
  const path = join(folder, 'small.json');
  writeFileSync(path, JSON.stringify(smallStudy()));
  return path;
}
