import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArtifactStore } from '#artifacts/artifact-store';
import { fingerprintSource } from '#artifacts/fingerprint';
import { openCatalog } from '#catalog/open-catalog';
import type { RunEvent } from '#contract/events';
import type { RunDetail } from '#contract/records';
import type { DatasetReport } from '#contract/results';
import { parseDatasetManifest, type DatasetManifest } from '#numerics/data/dataset-manifest';
import { convertFolder, type ConvertedFormat } from '#test/fixtures/datasets/convert-folder';
import { decode } from '#test/numerics/data/sources/reader-golden';
import { smallStudy } from '#test/support/small-study';
import { runTangent } from '#test/support/tangent-command';
import { sharedTempFolder } from '#test/support/temp-folder';
import { writeFormatExamples, type KnownImage } from './format-examples';

const conversions: Readonly<Record<string, ConvertedFormat>> = {
  signs: 'parquet',
  textures: 'idx',
  digits: 'webdataset',
};
const modes = ['standard', 'posthoc', 'linear'] as const;

/** What a finished study came to. */
interface Outcome {
  readonly formats: readonly unknown[];
  /** Contents of the addition artifacts by mode, without the ids of the datasets. */
  readonly additions: Readonly<Record<string, unknown>>;
  /** Every number that training reported, by step. */
  readonly metrics: Readonly<Record<string, readonly unknown[]>>;
  readonly table: string;
}

describe('a study on the same images in other formats', { timeout: 120_000 }, () => {
  const folder = sharedTempFolder();
  let fromFolders: Outcome;
  let fromFiles: Outcome;

  beforeAll(async () => {
    const data = join(folder, 'from-folders');
    const study = join(folder, 'folders.json');
    writeFileSync(study, JSON.stringify(smallStudy()));
    fromFolders = await runStudy(data, study);

    const rendered = join(data, 'rendered');
    const [drawn] = readdirSync(rendered);
    for (const [task, format] of Object.entries(conversions)) {
      await convertFolder(join(rendered, drawn, task), join(folder, task), format);
    }
    fromFiles = await runStudy(join(folder, 'from-files'), await writeStudyOfFiles(folder));
  }, 300_000);

  it('reads each task in the format that it was converted to', () => {
    expect(fromFolders.formats).toEqual(['image-folder', 'image-folder', 'image-folder']);
    expect(fromFiles.formats).toEqual(['parquet', 'idx', 'webdataset']);
  });

  it('trains through the same numbers at every step', () => {
    expect(fromFiles.metrics['finetune-linear-digits']).toHaveLength(4 * 24);
    expect(fromFiles.metrics).toEqual(fromFolders.metrics);
  });

  it('ends in the same additions and the same table', () => {
    expect(fromFiles.table).toContain('all tasks added, normalised by single task');
    expect(fromFiles.additions).toEqual(fromFolders.additions);
    expect(fromFiles.table).toBe(fromFolders.table);
  });
});

describe('importing a dataset without naming its format', { timeout: 60_000 }, () => {
  const folder = sharedTempFolder();
  const data = join(folder, 'data');
  const store = new ArtifactStore(join(data, 'artifacts'));

  it.for(writeFormatExamples(folder))(
    'recognizes $format and stores its images as they are',
    async ({ format, path, classCount, images }) => {
      const result = await runTangent('--data-dir', data, '--json', 'import', 'dataset', path, '--no-known');
      expect(result).toMatchObject({ code: 0 });
      const messages = (result.values as unknown as RunEvent[]).map((event) =>
        'body' in event && event.body.type === 'log' ? event.body.message : '',
      );
      const { outputs } = result.values.at(-1) as unknown as RunDetail;
      const read = (role: string) => store.read(outputs.find((output) => output.role === role)!.id);

      const report = JSON.parse((await read('report')).toString()) as DatasetReport;
      expect(report.source.format).toBe(format);
      expect(messages).toContainEqual(expect.stringContaining(`(${report.source.reason})`));
      // A tenth of so few images is none, but one image is the least.
      const counts = { train: images.train.length - 1, val: 1, test: images.test.length };
      expect(report).toMatchObject({ counts, classCount, refused: [], leaks: [] });

      const manifest = parseDatasetManifest((await read('dataset')).toString());
      expect(await hashImages(store, manifest, ['train', 'val'])).toEqual(sorted(images.train));
      expect(await hashImages(store, manifest, ['test'])).toEqual(sorted(images.test));
    },
  );
});

async function runStudy(data: string, study: string): Promise<Outcome> {
  const result = await runTangent('--data-dir', data, 'study', 'run', study);
  expect(result).toMatchObject({ code: 0 });
  const store = new ArtifactStore(join(data, 'artifacts'));
  const catalog = openCatalog(join(data, 'catalog.sqlite'));
  try {
    const steps = catalog.studies.steps(catalog.studies.list()[0].id);
    const read = async (step: string, role: string): Promise<string> => {
      const outputs = catalog.artifacts.ofRun(steps.get(step)!.runId, 'output');
      return (await store.read(outputs.find((output) => output.role === role)!.id)).toString();
    };
    const formats = Object.keys(conversions).map(
      async (task) => parseDatasetManifest(await read(`import-${task}`, 'dataset')).source?.format,
    );
    const additions = modes.map(async (mode) => {
      const addition = await read(`add-${mode}`, 'addition');
      const numbers = JSON.parse(addition, (key, value: unknown) =>
        key === 'dataset' ? undefined : value,
      ) as unknown;
      return [mode, numbers] as const;
    });
    const metrics = [...steps].map(([step, { runId }]) => [step, catalog.events.metrics(runId)] as const);
    return {
      formats: await Promise.all(formats),
      additions: Object.fromEntries(await Promise.all(additions)),
      metrics: Object.fromEntries(metrics.filter(([, values]) => values.length > 0)),
      table: result.stdout.slice(result.stdout.indexOf('Top-1')),
    };
  } finally {
    catalog.close();
  }
}

/** The small study with the drawing left out and the converted files in its place. */
async function writeStudyOfFiles(folder: string): Promise<string> {
  const study = smallStudy();
  const steps = study.steps.filter(({ spec }) => spec.kind !== 'render-tasks');
  for (const { spec } of steps) {
    if (spec.kind !== 'import-dataset') continue;
    const params = spec.params as Record<string, unknown>;
    const { path, fingerprint } = await fingerprintSource(join(folder, params.name as string));
    Object.assign(params, { path, fingerprint, format: null });
  }
  const path = join(folder, 'files.json');
  writeFileSync(path, JSON.stringify({ ...study, steps }));
  return path;
}

/** Labels and hashes of pixels of all images of some splits, decoded from the packs. */
async function hashImages(
  store: ArtifactStore,
  { splits }: DatasetManifest,
  names: readonly (keyof DatasetManifest['splits'])[],
): Promise<string[]> {
  const images: KnownImage[] = [];
  for (const { packArtifact, samples } of names.map((name) => splits[name])) {
    if (packArtifact === null) continue;
    const pack = await store.read(packArtifact);
    for (const { label, offset, length } of samples) {
      const { pixels } = await decode(pack.subarray(offset, offset + length));
      images.push({ label, sha256: createHash('sha256').update(pixels).digest('hex') });
    }
  }
  return sorted(images);
}

function sorted(images: readonly KnownImage[]): string[] {
  return images.map(({ label, sha256 }) => `${label} ${sha256}`).sort();
}
