import { AppError } from '#contract/errors';
import type { RunEvent } from '#contract/events';
import type { HostApi, ApiOutput, ApiRequest } from '#contract/api';
import { isSettled, type RunSummary, type StudyRecord } from '#contract/records';
import { fingerprintSource } from '#artifacts/fingerprint';
import { findDatasetPrompts } from '#host/dataset-prompts';
import { listGuidePages, readGuideImage, readGuidePage } from '#host/guide';
import { listKnownDatasets } from '#host/known-datasets';
import { listFolder } from '#host/list-folder';
import type { Host } from '#host/open-host';
import { isJsonArtifact } from './transport/artifact-download';
import { collectResults } from '#host/benchmark/collect-results';
import { checkStudy, countSteps, planStudy } from '#host/benchmark/plan-study';
import type { StudyTemplate } from '#contract/study-template';
import { readReferenceNumbers, replaceReferenceNumbers } from '#host/reference-numbers';
import { readReferenceLayout } from '#report/reference-layout/read-layout';
import { firstSeed, writeResultFile } from '#report/bundle/write-result-file';
import { writeReferenceLayout } from '#report/reference-layout/write-layout';
import { reportBenchmark } from '#report/report-benchmark';
import { findStudyTemplate, parseStudyTemplate, studyTemplates } from '#host/study-templates';

/** Summaries of changed runs are sent at most this often. */
const CHANGES_INTERVAL_MS = 200;
/** JSON artifacts above this size are downloaded as files, not parsed for a page. */
const JSON_LIMIT_BYTES = 64 * 1024 ** 2;

/** One handler per procedure of the contract; a missing or mistyped one does not compile. */
export type Handlers = {
  [P in keyof HostApi]: HostApi[P]['type'] extends 'subscription'
    ? (input: ApiRequest<P>, signal: AbortSignal) => AsyncIterable<ApiOutput<P>>
    : (input: ApiRequest<P>) => ApiOutput<P> | Promise<ApiOutput<P>>;
};

/**
 * Binds the procedures of the contract to a host.
 *
 * @param host the owner of a data directory
 */
export function createHandlers(host: Host): Handlers {
  const { catalog, runs, studies, engines, storage, reports } = host;
  const resolve = (prefix: string) => catalog.runs.resolveId(prefix);
  return {
    'host.describe': () => host.describe(),
    'guide.pages': () => listGuidePages(host.root),
    'guide.page': ({ name }) => readGuidePage(host.root, name),
    'guide.image': ({ name, theme }) => readGuideImage(host.root, name, theme),
    'host.disk': () => host.examineDisk(),
    'host.doctor': () => host.examine(),
    'engines.list': () => engines.report(),
    'engines.choose': ({ choice }) => engines.choose(choice),
    'engines.install': (input) => engines.install(input),
    'engines.stopInstall': () => engines.installation.stop(),
    'engines.installation': (_, signal) => engines.installation.follow(signal),
    'storage.measure': () => storage.measure(),
    'storage.verify': () => storage.verify(),
    'storage.stopVerify': () => storage.verification.stop(),
    'storage.verification': (_, signal) => storage.verification.follow(signal),
    'storage.planCleaning': () => storage.planCleaning(),
    'storage.clean': ({ plan, groups }) => storage.clean(plan, groups),
    'runs.list': (filter) => catalog.runs.list(filter),
    'runs.counts': ({ text }) => catalog.runs.counts(text),
    'runs.get': ({ runId }) => runs.detail(resolve(runId)),
    'runs.metrics': ({ runId }) => catalog.events.metrics(resolve(runId)),
    'runs.submit': async ({ spec, reuse }) => (await runs.submit(spec, reuse)).run,
    'runs.estimate': ({ spec }) => runs.estimate(spec),
    'runs.annotate': ({ runIds, ...changes }) => runs.annotate(runIds.map(resolve), changes),
    'runs.queue': () => catalog.runs.queued(),
    'runs.move': ({ runId, before }) => runs.move(resolve(runId), before === null ? null : resolve(before)),
    'runs.cancel': ({ runId }) => runs.cancel(resolve(runId)),
    'runs.resume': ({ runId }) => runs.resume(resolve(runId)),
    'runs.events': ({ runId, after }, signal) => followEvents(host, resolve(runId), after, signal),
    'runs.changes': (_, signal) => followChanges(host, signal),
    'lab.ask': ({ spec, ...question }, signal) => host.labs.ask(spec, question, signal),
    'kernels.localEnergy': async ({ spectrumId, rank }) => ({
      perImage: await host.kernelEnergy.perImage(spectrumId, rank),
    }),
    'artifacts.list': (input) => catalog.artifacts.list(input),
    'artifacts.get': ({ id }) => catalog.artifacts.find(id),
    'artifacts.json': ({ id }) => readJson(host, id),
    'sources.fingerprint': ({ path }) => fingerprintSource(path),
    'files.list': ({ path, hidden }) => listFolder(path, hidden),
    'datasets.summary': ({ datasetId }) => host.datasetImages.summary(datasetId),
    'datasets.images': async ({ datasetId, split, choice }) => {
      const places =
        'indices' in choice
          ? choice.indices
          : await host.datasetImages.places(datasetId, split, choice.label, choice.limit);
      return host.datasetImages.images(datasetId, split, places);
    },
    'datasets.known': () => [...listKnownDatasets()],
    'datasets.prompts': ({ datasetId, ...choices }) => findDatasetPrompts(host.artifacts, datasetId, choices),
    'studies.templates': () =>
      studyTemplates.map((template) => ({
        name: template.name,
        title: template.title,
        description: template.description,
        stepCount: countSteps(template),
        presets: presetsOf(template),
      })),
    'studies.template': ({ template }) => findStudyTemplate(template),
    'studies.check': (input) => checkStudy(templateOf(input), input.choices, host),
    'studies.definition': ({ studyId }) => catalog.studies.get(studyId).template,
    'studies.stop': ({ studyId }) => studies.stop(studyId),
    'studies.continue': ({ studyId }) => studies.start(catalog.studies.get(studyId).template),
    'studies.results': async ({ studyId }) => {
      const results = await collectResults(catalog.studies.get(studyId), host);
      return reportBenchmark(results, readReferenceNumbers(host.directory));
    },
    'studies.referenceFiles': async ({ studyId, seed }) => {
      const results = await collectResults(catalog.studies.get(studyId), host);
      return writeReferenceLayout(results, seed ?? firstSeed(results));
    },
    'studies.resultFile': async ({ studyId, format, seed }) => {
      const study = catalog.studies.get(studyId);
      return writeResultFile(
        await collectResults(study, host),
        `${study.template.name}-${studyId}`,
        format,
        seed,
      );
    },
    'reference.report': ({ files, ...about }) => {
      const results = readReferenceLayout(files, { ...about, seed: 0, known: listKnownDatasets() });
      return reportBenchmark(results, readReferenceNumbers(host.directory));
    },
    'reference.get': () => readReferenceNumbers(host.directory),
    'reference.set': async ({ numbers }) => {
      await replaceReferenceNumbers(host.directory, numbers);
      return readReferenceNumbers(host.directory);
    },
    'studies.list': () => catalog.studies.list().map((study) => studies.record(study.id)),
    'studies.get': ({ studyId }) => studies.record(studyId),
    'studies.run': async (input) => studies.start(await planStudy(templateOf(input), input.choices, host)),
    'figures.draw': (request) => reports.draw(request),
    'tables.write': (request) => reports.writeTable(request),
    'reports.suggest': ({ subject }) => reports.suggest(subject),
    'reports.list': () => catalog.reports.list(),
    'reports.get': ({ reportId }) => catalog.reports.get(reportId),
    'reports.save': ({ reportId, document }) => reports.save(reportId, document),
    'reports.remove': ({ reportId }) => catalog.reports.remove(reportId),
    'reports.preview': (request) => reports.preview(request),
    'reports.files': async ({ document }) => {
      const { files, gaps } = await reports.files(document);
      return { files: [...files].map(([path, bytes]) => ({ path, bytes })), gaps: [...gaps] };
    },
    'reports.bundle': ({ document }) => reports.bundle(document),
    'studies.changes': ({ studyId }, signal) => followStudy(host, studyId, signal),
  };
}

function templateOf(input: ApiRequest<'studies.run'>): StudyTemplate {
  return 'template' in input ? findStudyTemplate(input.template) : parseStudyTemplate(input.definition);
}

function presetsOf(template: StudyTemplate): { name: string; description: string }[] {
  if (template.format === 'tangent-study/1') return [];
  return Object.entries(template.presets).map(([name, { description }]) => ({ name, description }));
}

/** Every stored event after a sequence number, then new ones, until the run has settled. */
async function* followEvents(
  host: Host,
  runId: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  let last = after;
  const wakes = host.runTouched.batches((id) => id === runId, signal);
  try {
    while ((await wakes.next()).done !== true) {
      // The state is read first: a run that has settled by then says nothing more.
      const { state } = host.catalog.runs.get(runId);
      for (;;) {
        const events = host.catalog.events.list(runId, last);
        if (events.length === 0) break;
        for (const event of events) {
          yield event;
          last = event.sequence;
        }
      }
      if (isSettled(state)) return;
    }
  } finally {
    await wakes.return(undefined);
  }
}

async function* followChanges(host: Host, signal: AbortSignal): AsyncGenerator<RunSummary> {
  for await (const ids of host.runTouched.batches(() => true, signal)) {
    for (const id of new Set(ids)) yield host.catalog.runs.get(id);
    await new Promise((wake) => setTimeout(wake, CHANGES_INTERVAL_MS));
  }
}

async function* followStudy(host: Host, studyId: string, signal: AbortSignal): AsyncGenerator<StudyRecord> {
  const wakes = host.studies.touched.batches((id) => id === studyId, signal);
  try {
    while ((await wakes.next()).done !== true) {
      const record = host.studies.record(studyId);
      yield record;
      if (record.state !== 'running') return;
    }
  } finally {
    await wakes.return(undefined);
  }
}

async function readJson(host: Host, id: string): Promise<unknown> {
  const artifact = host.catalog.artifacts.find(id);
  if (!isJsonArtifact(artifact.kind) || artifact.sizeBytes > JSON_LIMIT_BYTES) {
    throw new AppError(
      'wrong_artifact_kind',
      `The ${artifact.kind} ${id.slice(0, 12)} cannot be shown as JSON.`,
      {
        artifactId: id,
        actual: artifact.kind,
      },
    );
  }
  return JSON.parse((await host.artifacts.read(id)).toString()) as unknown;
}
