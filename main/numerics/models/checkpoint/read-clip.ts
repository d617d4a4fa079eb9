import { AppError } from '#contract/errors';
import type { CheckpointFiles, ClipCheckpoint, ModelChoices } from './clip-checkpoint';
import { Facts } from './facts';
import { below, findLayout } from './find-layout';
import { nameNumberedTensors } from './numbered-list';
import { readHuggingFace } from './read-hugging-face';
import { readOpenClip } from './read-open-clip';

/**
 * Recognizes a CLIP checkpoint and brings its parameters to open_clip's names, without reading them yet.
 *
 * @param files the opened files
 * @param choices what the user says instead
 * @returns both towers as far as they are there, and everything that was found out
 * @throws {AppError} `checkpoint_format` if the files are no CLIP model or contradict each other;
 *   `params_mismatch` naming the parameter that is missing, unexpected or of another shape, by its name in
 *   the file; when a tensor is read, `non_finite_params` if it holds NaN or infinity
 */
export function readClipCheckpoint(files: CheckpointFiles, choices: ModelChoices): ClipCheckpoint {
  const { format = '' } = files.weights.metadata;
  if (format.startsWith('tangent-') && !format.startsWith('tangent-model/')) {
    throw new AppError('checkpoint_format', `${files.label} holds no weights: it is a file of ${format}.`, {
      file: files.label,
    });
  }
  const { layout, prefix } = findLayout(files.weights.tensors.keys(), files.label);
  const facts = new Facts();
  facts.note('container', files.weights.container, 'its first bytes');
  facts.note(
    'layout',
    layout,
    prefix === '' ? 'the names of its tensors' : `the names of its tensors, below "${prefix}"`,
  );
  const tensors = below(files.weights.tensors, prefix);
  switch (layout) {
    case 'hugging-face':
      return readHuggingFace(files, choices, tensors, facts);
    case 'open-clip':
      return readOpenClip(files, choices, { tensors, prefix, linearParams: null }, facts);
    case 'numbered': {
      const { params0, params } = nameNumberedTensors(tensors, files.label);
      const found = readOpenClip(files, choices, { tensors: params0, prefix, linearParams: params }, facts);
      return { ...found, layout };
    }
  }
}
