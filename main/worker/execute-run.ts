import { cpus } from 'node:os';
import { toPlainError } from '#contract/errors';
import type { EnvironmentRecord, RunEventBody } from '#contract/events';
import type { EngineRequest } from '#contract/specs/common';
import type { RunSpec } from '#contract/specs/index';
import type { WorkerRequest } from '#contract/worker-messages';
import { startEngine } from '#numerics/engine/start-engine';
import { procedures } from './procedures/index';
import { Cancelled, type RunContext } from './run-context';

/** The engine part of an environment record of runs that compute nothing with tensors. */
const noEngine: EnvironmentRecord['engine'] = {
  name: 'none',
  device: 'cpu',
  version: '',
  threads: 1,
  deterministic: true,
  refused: [],
};

/**
 * Executes one run from its spec to its end event. Every outcome, also a failure, is told as an
 * event; this function throws nothing.
 *
 * @param request the host's start request
 * @param context what the procedure may touch
 * @param emit sends an event
 */
export async function executeRun(
  request: Extract<WorkerRequest, { type: 'start' }>,
  context: RunContext,
  emit: (body: RunEventBody) => void,
): Promise<void> {
  const { spec } = request;
  try {
    const engine = 'engine' in spec.params ? await startEngine(spec.params.engine) : noEngine;
    const environment = describeEnvironment(engine, request);
    const change = describeChange(request.earlierEnvironment, environment);
    if (change !== null) context.warn(change);
    emit({ type: 'environment', environment });
    await execute(spec, context);
  } catch (error) {
    if (error instanceof Cancelled) emit({ type: 'end', outcome: 'cancelled', error: null });
    else emit({ type: 'end', outcome: 'failed', error: toPlainError(error) });
    return;
  } finally {
    await context.close();
  }
  emit({ type: 'end', outcome: 'finished', error: null });
}

/**
 * Tries to start an engine and tells what came of it, without executing anything.
 *
 * @param request the host's probe request
 * @param emit sends an event
 */
export async function probeEngine(
  request: { engine: EngineRequest; appVersion: string; appCommit: string | null },
  emit: (body: RunEventBody) => void,
): Promise<void> {
  try {
    const engine = await startEngine(request.engine);
    emit({ type: 'environment', environment: describeEnvironment(engine, request) });
    emit({ type: 'end', outcome: 'finished', error: null });
  } catch (error) {
    emit({ type: 'end', outcome: 'failed', error: toPlainError(error) });
  }
}

async function execute(spec: RunSpec, context: RunContext): Promise<void> {
  // The table's types tie each procedure to its own kind of spec; over all kinds at once it takes none.
  const procedure = (await procedures[spec.kind]()) as (spec: RunSpec, context: RunContext) => Promise<void>;
  await procedure(spec, context);
}

function describeEnvironment(
  engine: EnvironmentRecord['engine'],
  app: { appVersion: string; appCommit: string | null },
): EnvironmentRecord {
  return {
    appVersion: app.appVersion,
    appCommit: app.appCommit,
    engine,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus().at(0)?.model ?? 'unknown',
  };
}

/** Says what is not as it was in the attempt before, because bits may then differ; null if all is. */
function describeChange(earlier: EnvironmentRecord | null, now: EnvironmentRecord): string | null {
  if (earlier === null) return null;
  const facts = ({ engine, appVersion, appCommit, platform }: EnvironmentRecord) =>
    `${engine.name} ${engine.version} with ${engine.threads} threads (${engine.device}) on ${platform}, program ${appVersion} at ${appCommit ?? 'an unknown commit'}`;
  if (facts(earlier) === facts(now)) return null;
  return `this attempt runs with ${facts(now)}; the one before it ran with ${facts(earlier)}: results may differ in the last bits`;
}
