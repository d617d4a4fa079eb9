import type { EngineVariant } from '#contract/engines';
import type { AppInfo } from '../app-info';
import type { WorkerLauncher } from '../launcher';
import { probeEngine } from '../probe-engine';
import type { InstallRequest } from './install-native-engine';
import { engineEnvironment } from './worker-environment';

/**
 * Makes what an installation tries its engine with: a worker of its own loads it.
 *
 * @param app which program this is
 * @param launcher starts the worker
 * @param variant for `gpu` it must find one, too
 */
export function createTryOut(
  app: AppInfo,
  launcher: WorkerLauncher,
  variant: EngineVariant,
): InstallRequest['tryOut'] {
  return async (folder, libraryFolders) => {
    const worker = launcher.launch(engineEnvironment(folder, libraryFolders));
    const answer = await probeEngine(app, worker, 'native');
    if (typeof answer === 'string') return answer;
    const isWithoutGpu = variant === 'gpu' && answer.engine.device !== 'gpu';
    return isWithoutGpu ? 'TensorFlow finds no GPU that it can use' : null;
  };
}
