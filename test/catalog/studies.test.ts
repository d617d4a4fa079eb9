import { describe, expect, it } from 'vitest';
import { AppError, toPlainError } from '#contract/errors';
import type { StudyTemplate } from '#contract/study-template';
import { addRun, openTestCatalog } from '#test/support/catalog-fixture';
import { renderSpec } from '#test/support/specs';

const template: StudyTemplate = {
  format: 'tangent-study/1',
  name: 'small',
  title: 'A small study',
  description: 'One step.',
  steps: [{ id: 'render', title: 'Draw', spec: renderSpec() }],
};

describe('StudyTable', () => {
  it('continues the same study for the same template', () => {
    const { studies } = openTestCatalog();
    const made = studies.findOrInsert('one', template, 'hash', 1000);
    expect(made).toEqual({ id: 'one', template, state: 'stopped', error: null, createdAt: 1000 });
    expect(studies.findOrInsert('two', template, 'hash', 2000)).toEqual(made);
    const other = studies.findOrInsert('three', { ...template, title: 'Another' }, 'other hash', 3000);
    expect(other.id).toBe('three');
    expect(studies.list().map(({ id }) => id)).toEqual(['three', 'one']);
  });

  it('keeps the newest run of each step', () => {
    const catalog = openTestCatalog();
    catalog.studies.findOrInsert('one', template, 'hash', 1);
    const [first, second] = [addRun(catalog), addRun(catalog)];
    expect(catalog.studies.steps('one')).toEqual(new Map());
    catalog.studies.setStep('one', 'render', first.id, true);
    catalog.studies.setStep('one', 'render', second.id, false);
    expect(catalog.studies.steps('one')).toEqual(new Map([['render', { runId: second.id, reused: false }]]));
  });

  it('keeps why a study has stopped until it runs again', () => {
    const { studies } = openTestCatalog();
    studies.findOrInsert('one', template, 'hash', 1);
    const error = toPlainError(new AppError('invalid_spec', 'Not valid.', { stepId: 'render' }));
    studies.setState('one', 'stopped', error);
    expect(studies.get('one')).toMatchObject({ state: 'stopped', error });
    studies.setState('one', 'running', null);
    expect(studies.get('one')).toMatchObject({ state: 'running', error: null });
  });

  it('stops what a dead host left running, and nothing else', () => {
    const { studies } = openTestCatalog();
    studies.findOrInsert('one', template, 'first', 1);
    studies.findOrInsert('two', template, 'second', 1);
    studies.setState('one', 'running', null);
    studies.setState('two', 'finished', null);
    studies.stopAll();
    expect(studies.get('one').state).toBe('stopped');
    expect(studies.get('two').state).toBe('finished');
  });

  it('says which study is unknown', () => {
    expect(() => openTestCatalog().studies.get('none')).toThrow(
      expect.objectContaining({ code: 'unknown_study', data: { studyId: 'none' } }),
    );
  });
});
