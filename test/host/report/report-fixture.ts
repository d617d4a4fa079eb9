import { join } from 'node:path';
import { sha256 } from '#artifacts/sha256';
import type { ArtifactKind, RunEventBody } from '#contract/events';
import { runSpecText, type RunSpec, type RunSpecOf } from '#contract/specs/index';
import type { Host } from '#host/open-host';
import type { ReportSources } from '#host/report/report-sources';
import { hex } from '#test/support/hex';

/** What reports of a host are made from. */
export function sourcesOf(host: Host): ReportSources {
  return { ...host, resourcesDirectory: join(host.root, 'resources'), appVersion: '0.1.0' };
}

/** What a run has made. */
export interface Made {
  readonly kind: ArtifactKind;
  /** JSON unless it is bytes already. */
  readonly content: unknown;
}

/** Puts a run into a host that has said things and ended. */
export async function plantRun(
  host: Host,
  spec: RunSpec,
  {
    title = `run of ${spec.kind}`,
    outputs = [],
    said = [],
    inputs = {},
    outcome = 'finished',
  }: {
    readonly title?: string;
    readonly outputs?: readonly Made[];
    readonly said?: readonly RunEventBody[];
    /** Artifact ids by role. */
    readonly inputs?: Readonly<Record<string, string>>;
    /** Null for one that goes on. */
    readonly outcome?: 'finished' | 'failed' | null;
  },
): Promise<{ id: string; outputs: string[] }> {
  const { id } = host.catalog.runs.insert(spec, sha256(runSpecText(spec)), title, 1);
  host.catalog.artifacts.linkInputs(id, new Map(Object.entries(inputs)));
  const bodies: RunEventBody[] = [...said];
  const ids: string[] = [];
  for (const { kind, content } of outputs) {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
    const { id: artifactId, sizeBytes } = await host.artifacts.put(bytes);
    ids.push(artifactId);
    bodies.push({ type: 'artifact', artifactId, kind, role: kind, label: kind, sizeBytes });
  }
  if (outcome !== null) bodies.push({ type: 'end', outcome, error: null });
  bodies.forEach((body, place) =>
    host.catalog.events.append({ runId: id, sequence: place + 1, attempt: 1, at: 2, body }),
  );
  return { id, outputs: ids };
}

/** Metrics as a run says them, one for each step from 0 on. */
export function metricEvents(name: string, values: readonly number[]): RunEventBody[] {
  return values.map((value, step) => ({ type: 'metric', name, step, value }));
}

export function disentanglementSpec(
  mode: RunSpecOf<'disentanglement'>['params']['mode'],
  seed = 0,
): RunSpecOf<'disentanglement'> {
  const task = (t: number) => ({ dataset: hex('b', t), head: hex('c', t), taskVector: hex('d', t) });
  const cells = { shape: 'map' as const, from: -1.5, to: 1.5, points: 3 };
  return {
    kind: 'disentanglement',
    specVersion: 1,
    params: { mode, split: 'test', cells, imageCount: 300, batchSize: 8, engine: 'auto' },
    inputs: { model: hex('a', 1), tasks: [task(1), task(2)] },
    seed,
  };
}

export function ntkSpec(seed = 0): RunSpecOf<'ntk'> {
  return {
    kind: 'ntk',
    specVersion: 1,
    params: {
      scalar: 'classLogit',
      outputs: null,
      split: 'train',
      imageCount: 2,
      recipe: 'rectangular',
      rank: null,
      method: 'gram',
      blockSize: 8,
      engine: 'auto',
    },
    inputs: {
      model: hex('a', 1),
      task: { dataset: hex('b', 1), head: hex('c', 1) },
      control: { dataset: hex('b', 2) },
      taskVector: null,
    },
    seed,
  };
}
