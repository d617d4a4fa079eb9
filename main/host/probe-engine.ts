import type { EnvironmentRecord } from '#contract/events';
import type { EngineRequest } from '#contract/specs/common';
import { workerMessageSchema } from '#contract/worker-messages';
import type { AppInfo } from './app-info';
import type { WorkerHandle } from './launcher';

const PROBE_LIMIT_MS = 60_000;

/**
 * Has a worker start an engine and nothing else.
 *
 * @param app which program this is
 * @param worker a worker that has just been launched; it ends by itself
 * @param engine which engine
 * @returns what it runs with, or what is wrong
 */
export async function probeEngine(
  app: AppInfo,
  worker: WorkerHandle,
  engine: EngineRequest,
): Promise<EnvironmentRecord | string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => worker.kill(), PROBE_LIMIT_MS);
    worker.onMessage((message) => {
      const parsed = workerMessageSchema.safeParse(message);
      if (!parsed.success || 'flush' in parsed.data) return;
      const { body } = parsed.data;
      if (body.type === 'environment') resolve(body.environment);
      if (body.type === 'end' && body.error !== null) resolve(body.error.message);
    });
    worker.onExit((exit) => {
      clearTimeout(timer);
      resolve(`the worker ended without an answer. ${exit.lastWords ?? ''}`);
    });
    worker.send({ type: 'probe', engine, appVersion: app.version, appCommit: app.commit });
  });
}
