import { AppError } from '#contract/errors';
import { describeIssues } from '#contract/specs/index';
import { studyTemplateSchema, type StudyTemplate } from '#contract/study-template';
import fourteen from '#resources/studies/14-vision.json';
import twenty from '#resources/studies/20-vision.json';
import paper from '#resources/studies/paper-8-vision.json';
import quickstart from '#resources/studies/quickstart.json';
import starter from '#resources/studies/starter-8.json';
import { checkStepOrder } from './resolve-step';

/** The study templates that come with the program. */
export const studyTemplates: readonly StudyTemplate[] = [quickstart, starter, paper, fourteen, twenty].map(
  parseStudyTemplate,
);

/**
 * Validates a study template.
 *
 * @param input parsed JSON
 * @throws {AppError} `invalid_spec` if its shape or the order of its steps is wrong
 */
export function parseStudyTemplate(input: unknown): StudyTemplate {
  const parsed = studyTemplateSchema.safeParse(input);
  if (!parsed.success) {
    throw new AppError('invalid_spec', `The study template is not valid: ${describeIssues(parsed.error)}`);
  }
  if (parsed.data.format === 'tangent-study/1') checkStepOrder(parsed.data);
  return parsed.data;
}

/** @throws {AppError} `unknown_study` if no template has this name */
export function findStudyTemplate(name: string): StudyTemplate {
  const found = studyTemplates.find((template) => template.name === name);
  if (found === undefined) {
    throw new AppError('unknown_study', `There is no study template "${name}".`, { template: name });
  }
  return found;
}
