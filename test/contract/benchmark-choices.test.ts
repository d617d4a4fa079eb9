import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import type { BenchmarkChoices, BenchmarkTemplate } from '#contract/study-template';
import { applyChoices } from '#contract/benchmark-choices';
import { findStudyTemplate } from '#host/study-templates';
import { smallBenchmark, unchosen } from '#test/support/benchmarks';

const paper = findStudyTemplate('paper-8-vision') as BenchmarkTemplate;

function choose(choices: Partial<BenchmarkChoices>, template = smallBenchmark()) {
  return applyChoices(template, { ...unchosen, ...choices });
}

describe('applyChoices', () => {
  it('changes nothing where nothing is chosen', () => {
    expect(choose({})).toEqual(smallBenchmark().benchmark);
    expect(choose({}, paper)).toEqual(paper.benchmark);
  });

  it('takes training and steps from a preset, and no steps of tasks from the template beside it', () => {
    const { training, tasks } = choose({ preset: 'brief' });
    expect(training).toEqual(smallBenchmark().presets.brief.training);
    expect(tasks.map(({ steps }) => steps)).toEqual([4, null]);
  });

  it('puts the learning rate over that of a preset, and leaves a training of the random θ0 alone', () => {
    const { training, randomInit } = choose({ preset: 'brief', learningRate: 0.25 });
    expect(training.optimizer).toEqual({
      ...smallBenchmark().benchmark.training.optimizer,
      learningRate: 0.25,
    });
    expect(training.schedule.steps).toBe(6);
    expect(randomInit).toEqual(smallBenchmark().benchmark.randomInit);
  });

  it('takes seeds and engine', () => {
    expect(choose({ seeds: [0, 1, 2], engine: 'cpu' })).toMatchObject({ seeds: [0, 1, 2], engine: 'cpu' });
  });

  it('takes a model and datasets for a study whose own are in the catalog, also for its control', () => {
    const [model, cars, imagenet] = ['model', 'cars', 'imagenet'].map((name) => sha256(name));
    const chosen = choose({ model, datasets: { Cars: cars, ImageNet: imagenet } }, paper);
    expect(chosen.model).toMatchObject({ artifact: model });
    expect(chosen.tasks[0].data).toMatchObject({ artifact: cars });
    expect(chosen.tasks[1].data).toMatchObject({ artifact: null });
    expect(chosen.control?.data).toMatchObject({ artifact: imagenet });
  });

  it.each<[string, Partial<BenchmarkChoices>, RegExp]>([
    ['an unknown preset', { preset: 'lavish' }, /no preset "lavish"; it has brief/],
    ['a preset by the name of what every object has', { preset: 'constructor' }, /no preset "constructor"/],
    ['a dataset for an unknown task', { datasets: { Boats: sha256('x') } }, /no task "Boats".*signs, digits/],
    ['a model for a study that brings its own', { model: sha256('x') }, /its own pre-trained model/],
    ['a dataset for a task that is drawn', { datasets: { signs: sha256('x') } }, /draws signs itself/],
  ])('refuses %s', (_, choices, words) => {
    expect(() => choose(choices)).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringMatching(words) as string }),
    );
  });

  it('says that there are no presets where there are none', () => {
    expect(() => choose({ preset: 'x' }, { ...smallBenchmark(), presets: {} })).toThrow(/it has none/);
  });
});
