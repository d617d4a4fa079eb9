import type { Readable } from 'node:stream';
import type { ArtifactKind } from '#contract/events';

/** A stored file that is open for reading. */
export interface OpenArtifact {
  readonly stream: Readable;
  readonly sizeBytes: number;
  readonly kind: ArtifactKind;
  /** Name for people. */
  readonly label: string;
}

/** Opens an artifact by its full id; null if there is none. */
export type ArtifactOpener = (id: string) => Promise<OpenArtifact | null>;

const extensions: Readonly<Record<ArtifactKind, string>> = {
  model: 'safetensors',
  'task-vector': 'safetensors',
  head: 'safetensors',
  dataset: 'json',
  'image-pack': 'bin',
  'import-report': 'json',
  'rendered-folder': 'json',
  evaluation: 'json',
  addition: 'json',
  negation: 'json',
  merge: 'json',
  combination: 'json',
  responses: 'safetensors',
  'edit-search': 'json',
  disentanglement: 'json',
  gram: 'safetensors',
  'kernel-spectrum': 'safetensors',
  ntk: 'json',
  'kernel-predictor': 'json',
  tensors: 'safetensors',
  forecast: 'json',
  'text-encoder': 'safetensors',
  tokenizer: 'json',
  'model-report': 'json',
  'exported-file': 'bin',
  inspection: 'json',
};

/** Whether artifacts of a kind are JSON documents. */
export function isJsonArtifact(kind: ArtifactKind): boolean {
  return extensions[kind] === 'json';
}

/** Returns the id in a path like `/artifacts/<id>`, or null if the path is another one. */
export function artifactIdOf(pathname: string): string | null {
  return /^\/artifacts\/([0-9a-f]{64})$/.exec(pathname)?.[1] ?? null;
}

/** Headers that make a browser store the artifact as a file and never show it as a page. */
export function downloadHeaders(id: string, artifact: OpenArtifact): Record<string, string> {
  const extension = extensions[artifact.kind];
  const stem =
    artifact.label.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || artifact.kind;
  // By code points: half of a surrogate pair cannot be written into a header.
  const name = `${Array.from(stem).slice(0, 80).join('')}-${id.slice(0, 8)}.${extension}`.toWellFormed();
  return {
    'Content-Type': extension === 'json' ? 'application/json' : 'application/octet-stream',
    'Content-Length': String(artifact.sizeBytes),
    'Content-Disposition': `attachment; filename="${name.replace(/[^\x20-\x7e]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    'Cache-Control': 'no-store',
  };
}
