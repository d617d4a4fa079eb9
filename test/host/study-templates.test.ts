import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import { runKindSchema, type RunKind } from '#contract/specs/index';
import { resolveStep } from '#host/resolve-step';
import { findStudyTemplate, parseStudyTemplate, studyTemplates } from '#host/study-templates';
import { renderSpec } from '#test/support/specs';

/** What the procedures call their outputs. */
const outputRoles: Partial<Record<RunKind, readonly string[]>> = {
  'import-dataset': ['dataset', 'report'],
  'class-head': ['head'],
  pretrain: ['model'],
  finetune: ['taskVector', 'model'],
};

describe('the study templates that come with the program', () => {
  it('include the quickstart, under unique names', () => {
    expect(studyTemplates.map(({ name }) => name)).toContain('quickstart');
    expect(new Set(studyTemplates.map(({ name }) => name)).size).toBe(studyTemplates.length);
  });

  const steps = studyTemplates.flatMap(({ name, steps }) =>
    steps.map((step) => ({ name, step, id: step.id })),
  );

  it.each(steps)('have specs that are valid once their inputs are there: $name, $id', ({ step }) => {
    const spec = resolveStep(step, {
      artifact: (stepId, role) => sha256(`${stepId} ${role}`),
      rendered: () => ({
        format: 'tangent-rendered-folder/1',
        tasks: ['shapes', 'textures', 'digits'].map((task) => ({
          name: task,
          folder: task,
          fingerprint: sha256(task),
          fileCount: 1,
        })),
      }),
      renderedDirectory: '/rendered',
    });
    expect(runKindSchema.options).toContain(spec.kind);
    expect(JSON.stringify(spec)).not.toContain('$');
  });

  it.each(steps)('refer to outputs that a step of that kind makes: $name, $id', ({ name, step }) => {
    const kindOf = new Map(findStudyTemplate(name).steps.map(({ id, spec }) => [id, spec.kind]));
    for (const [, role, of] of JSON.stringify(step).matchAll(/\{"\$output":"([^"]+)","of":"([^"]+)"\}/g)) {
      expect(outputRoles[kindOf.get(of)!]).toContain(role);
    }
  });
});

describe('parseStudyTemplate', () => {
  const template = {
    format: 'tangent-study/1',
    name: 'mine',
    title: 'Mine',
    description: '',
    steps: [{ id: 'render', title: 'Draw', spec: renderSpec() }],
  };

  it('returns a valid template', () => {
    expect(parseStudyTemplate(template)).toEqual(template);
  });

  it.each([
    ['without steps', { ...template, steps: [] }],
    ['of another format', { ...template, format: 'tangent-study/2' }],
    ['with a property it does not know', { ...template, setps: [] }],
    [
      'with an unknown kind of run',
      { ...template, steps: [{ ...template.steps[0], spec: { kind: 'bake' } }] },
    ],
    ['with two steps of one id', { ...template, steps: [template.steps[0], template.steps[0]] }],
  ])('refuses a template %s', (_, input) => {
    expect(() => parseStudyTemplate(input)).toThrow(expect.objectContaining({ code: 'invalid_spec' }));
  });
});

describe('findStudyTemplate', () => {
  it('says which template is unknown', () => {
    expect(findStudyTemplate('quickstart').name).toBe('quickstart');
    expect(() => findStudyTemplate('slowstart')).toThrow(
      expect.objectContaining({ code: 'unknown_study', data: { template: 'slowstart' } }),
    );
  });
});
