import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { engineKey } from '#host/native-engine/engine-key';
import type { EngineManifest } from '#host/native-engine/find-native-engine';
import type { InstallRequest } from '#host/native-engine/install-native-engine';
import type { EngineVariant } from '#contract/engines';
import { tempFolder } from './temp-folder';
import { writeTinyWheel } from './tiny-wheel';

/** The program's own folder. */
export const root = dirname(dirname(import.meta.dirname));

/** What TensorFlow's wheel holds, as far as an installation cares, and a file that it leaves. */
export const tensorFlowFiles = {
  'tensorflow/libtensorflow_cc.so.2': 'the library',
  'tensorflow/libtensorflow_framework.so.2': 'the framework',
  'tensorflow/include/x.h': 'int x;',
  'tensorflow/include/deep/y.h': 'int y;',
  'tensorflow/python/z.py': 'z = 1',
} as const;

/** The name of a wheel whose hash is not known beforehand. */
export const CPU_WHEEL = 'tensorflow_cpu-2.21.0-py3-none-any.whl';

/** Writes a wheel into a folder of its own. */
export function wheelAt(name: string, files: Readonly<Record<string, string>> = tensorFlowFiles): string {
  return writeTinyWheel(join(tempFolder(), name), files, { isDeflated: true });
}

/** A request for an engine of the processor that loads, into a folder that is not there yet. */
export function installRequest(from: string | null, more: Partial<InstallRequest> = {}): InstallRequest {
  return {
    variant: 'cpu',
    enginesDirectory: join(tempFolder(), 'engines'),
    root,
    from,
    onProgress: () => undefined,
    tryOut: () => Promise.resolve(null),
    ...more,
  };
}

/** What completes an engine that can be used here. */
export function exampleManifest(variant: EngineVariant, more: Partial<EngineManifest> = {}): EngineManifest {
  return {
    format: 'tangent-native-engine/1',
    key: more.key ?? engineKey(root, variant),
    variant,
    tensorflow: '2.21.0',
    compiler: 'g++ 14',
    processor: 'some processor',
    wheelSha256: '00',
    installedAt: 1,
    libraryFolders: [],
    ...more,
  };
}

/** Name of the folder of the engine that an installation makes. */
export function engineFolderName(variant: EngineVariant): string {
  return `${variant}-2.21.0-${engineKey(root, variant)}`;
}

/**
 * Makes a compiler that makes its output file and notes the contents of the folders it is given, and
 * names it with `CXX`.
 *
 * @param compile shell script to run first, for anything but the question for its version
 * @returns the file of its notes
 */
export function useCompiler(compile = ''): string {
  const notes = join(tempFolder(), 'notes');
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo 'faux 1.2'; echo 'Copyright'; exit; fi
echo "$@" >> '${notes}'
${compile}
for argument; do
  if [ "$previous" = -o ]; then echo made > "$argument"; fi
  case "$argument" in -I*|-L*) ls "\${argument#-?}" >> '${notes}' ;; esac
  previous="$argument"
done
`;
  writeFileSync(`${notes}.sh`, script, { mode: 0o755 });
  vi.stubEnv('CXX', `${notes}.sh`);
  return notes;
}
