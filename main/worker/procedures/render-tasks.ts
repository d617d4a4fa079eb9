import { join } from 'node:path';
import { fingerprintSource } from '#artifacts/fingerprint';
import { sha256 } from '#artifacts/sha256';
import type { RenderedFolder } from '#contract/results';
import { runSpecText, type RunSpecOf } from '#contract/specs/index';
import { writeTaskFolders } from '#numerics/data/starter/write-task-folders';
import { Cancelled, type RunContext } from '../run-context';

/** Draws image tasks as PNG folders, in a folder named by the spec. */
export async function renderTasks(spec: RunSpecOf<'render-tasks'>, context: RunContext): Promise<void> {
  const name = sha256(runSpecText(spec)).slice(0, 12);
  const folder = join(context.renderedDirectory, name);
  let meter: ReturnType<RunContext['meter']> | null = null;
  const written = await writeTaskFolders({
    folder,
    ...spec.params,
    seed: spec.seed,
    onProgress: (done, total) => {
      meter ??= context.meter('drawing', { total, unit: 'images' });
      meter.update(done);
    },
    isCancelled: () => context.isCancelled,
  });
  if (written === null) throw new Cancelled();
  const tasks: RenderedFolder['tasks'] = [];
  for (const { task, folder: relative, fileCount } of written) {
    const { fingerprint } = await fingerprintSource(join(folder, relative));
    tasks.push({ name: task, folder: `${name}/${relative}`, fingerprint, fileCount });
  }
  context.log(`wrote ${tasks.map((task) => task.name).join(', ')} below ${folder}`);
  const content: RenderedFolder = { format: 'tangent-rendered-folder/1', tasks };
  await context.outputJson(content, {
    kind: 'rendered-folder',
    role: 'folders',
    label: 'rendered image folders',
  });
}
