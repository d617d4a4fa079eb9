import { describe, expect, it } from 'vitest';
import { writeResultFile } from '#report/bundle/write-result-file';
import { exampleBenchmark } from '#test/report/example-benchmark';

const results = exampleBenchmark([0, 2]);
const textOf = ({ bytes }: { bytes: Uint8Array }) => new TextDecoder().decode(bytes);

describe('writeResultFile', () => {
  const file = writeResultFile(results, 'mine', 'csv', null);
  const lines = textOf(file).trimEnd().split('\n');

  it('has one accuracy on each line, with as many fields as its head', () => {
    expect(file).toMatchObject({ name: 'mine-results.csv', mediaType: 'text/csv' });
    expect(lines[0]).toBe('start,method,seed,quantity,negated,split,alpha,task,correct,count,top1');
    expect(new Set(lines.map((line) => line.replace(/"[^"]*"/g, 'x').split(',').length))).toEqual(
      new Set([11]),
    );
    // Of each seed: 4 × 2 accuracies and 3 × 2 of the sweep added, 3 + 2 times 2 negated for each of 2 tasks.
    expect(lines).toHaveLength(1 + (3 + 1) * 2 * (2 + 2 + 2 + 6 + 2 + 2 + 2 * 5 * 2));
  });

  it('tells negated tasks, and what begins at a random θ0, from the others', () => {
    expect(lines).toContain('pretrained,linear,2,"negated, tuned",digits,test,0.5,objects,620,1000,0.62');
    expect(lines).toContain('random,standard,0,single-task,,test,1,digits,600,1000,0.6');
  });

  it('writes all of it as JSON, and the files of one seed as an archive', () => {
    expect(JSON.parse(textOf(writeResultFile(results, 'mine', 'json', null)))).toEqual(results);
    const archive = writeResultFile(results, 'mine', 'reference', null);
    expect(archive.name).toBe('mine-seed0-reference.zip');
    expect(textOf(archive)).toContain('linear_additions.json');
    expect(writeResultFile(results, 'mine', 'reference', 2).name).toBe('mine-seed2-reference.zip');
    expect(() => writeResultFile(results, 'mine', 'reference', 1)).toThrow('seed 1');
  });
});
