import { onTestFinished } from 'vitest';
import { ArtifactStore } from '#artifacts/artifact-store';
import { sha256 } from '#artifacts/sha256';
import type { ArtifactKind, RunEventBody } from '#contract/events';
import type { RunState } from '#contract/records';
import { runSpecText, type RunSpec, type RunSpecOf } from '#contract/specs/index';
import type { Feed } from '#host/feed';
import { openHost, type Host, type HostOptions } from '#host/open-host';
import {
  ScriptedLauncher,
  type ScriptedWorker,
  type StartRequest,
  type WorkerScript,
} from './scripted-launcher';
import { tempFolder } from './temp-folder';

/** A host whose workers exist only in memory. */
export interface TestHost {
  readonly host: Host;
  readonly launcher: ScriptedLauncher;
  readonly dataDirectory: string;
  /** Closes the host; happens by itself when the test has finished. */
  readonly close: () => Promise<void>;
}

/** Opens a host on a new data directory, or on an old one to see what a restart finds. */
export async function openTestHost(
  options: {
    script?: WorkerScript;
    maxWorkers?: number;
    dataDirectory?: string;
    /** The program's own folder; the data directory unless told. */
    root?: string;
    leftQueue?: HostOptions['leftQueue'];
  } = {},
): Promise<TestHost> {
  const dataDirectory = options.dataDirectory ?? tempFolder();
  const launcher = new ScriptedLauncher(options.script);
  const host = await openHost({
    dataDirectory,
    launcher,
    app: { root: options.root ?? dataDirectory, version: '0.1.0', commit: null },
    shell: 'cli',
    maxWorkers: options.maxWorkers ?? 2,
    ...(options.leftQueue === undefined ? {} : { leftQueue: options.leftQueue }),
  });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await host.close();
  };
  onTestFinished(close);
  return { host, launcher, dataDirectory, close };
}

/** Resolves as soon as something holds that a feed announces. */
export async function until(feed: Feed<string>, holds: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const check = () => {
      if (!holds()) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = feed.subscribe(check);
    check();
  });
}

/** Resolves when a run is in a state. */
export async function untilState(host: Host, runId: string, state: RunState): Promise<void> {
  await until(host.runTouched, () => host.catalog.runs.get(runId).state === state);
}

/** An output that a scripted worker makes. */
export interface MadeOutput {
  readonly kind: ArtifactKind;
  readonly role: string;
  readonly label?: string;
  readonly content: string;
}

/** Stores outputs as a worker does and announces them. */
export async function makeOutputs(
  worker: ScriptedWorker,
  request: StartRequest,
  outputs: readonly MadeOutput[],
): Promise<void> {
  const store = new ArtifactStore(request.artifactsDirectory);
  for (const { kind, role, label = role, content } of outputs) {
    const { id, sizeBytes } = await store.put(Buffer.from(content));
    worker.say({ type: 'artifact', artifactId: id, kind, role, label, sizeBytes });
  }
}

const plantedSpec: RunSpecOf<'import-model'> = {
  kind: 'import-model',
  specVersion: 3,
  params: {
    path: '/planted',
    fingerprint: sha256('planted'),
    name: 'planted',
    heads: null,
    activation: null,
    preprocessing: null,
  },
  inputs: {},
  seed: 0,
};

/** Puts artifacts of made-up content into a host, as a finished run of `spec` would; returns their ids. */
export async function plantArtifacts(
  host: Host,
  outputs: readonly MadeOutput[],
  spec: RunSpec = plantedSpec,
): Promise<{ runId: string; ids: string[] }> {
  const run = host.catalog.runs.insert(spec, sha256(runSpecText(spec)), 'planted', 1);
  const bodies: RunEventBody[] = [];
  for (const { kind, role, label = role, content } of outputs) {
    const { id, sizeBytes } = await host.artifacts.put(Buffer.from(content));
    bodies.push({ type: 'artifact', artifactId: id, kind, role, label, sizeBytes });
  }
  bodies.push({ type: 'end', outcome: 'finished', error: null });
  bodies.forEach((body, index) =>
    host.catalog.events.append({ runId: run.id, sequence: index + 1, attempt: 1, at: 2, body }),
  );
  return { runId: run.id, ids: outputs.map(({ content }) => sha256(content)) };
}
