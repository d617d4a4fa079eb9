import type { RunSpecOf } from '#contract/specs/index';
import { drawClassEmbeddings } from '#numerics/models/class-embeddings';
import { encodeHead } from '#numerics/models/head-file';
import type { RunContext } from '../run-context';
import { loadManifest } from './load-inputs';

/** Draws the frozen head of fixed class embeddings for a dataset. */
export async function classHead(spec: RunSpecOf<'class-head'>, context: RunContext): Promise<void> {
  const { featureSize, logitScale } = spec.params;
  const manifest = await loadManifest(context, spec.inputs.dataset);
  const classes = manifest.classes.length;
  const weight = drawClassEmbeddings(classes, featureSize, logitScale, spec.seed);
  const bias = new Float32Array(classes);
  const head = { classes, featureSize, weight, bias, classNames: manifest.classes, origin: null };
  await context.output(encodeHead(head), { kind: 'head', role: 'head', label: `${manifest.name} head` });
}
