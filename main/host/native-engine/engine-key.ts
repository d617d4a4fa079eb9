import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import type { EngineVariant } from '#contract/engines';
import { TENSORFLOW_VERSION } from './variants';

/** The sources that are compiled, and where what they include lies. */
export interface EngineSources {
  /** C++ files. */
  readonly files: readonly string[];
  /** Folder of the headers of Node's binary interface. */
  readonly nodeHeaders: string;
}

/** How the sources are compiled: for this very processor, and without anything that changes arithmetic. */
export const compilerFlags: readonly string[] = [
  '-std=c++17',
  '-O3',
  '-march=native',
  '-fopenmp-simd',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fPIC',
  '-DNAPI_VERSION=8',
  '-w',
];

/**
 * Finds the C++ sources: the binding of `@tensorflow/tfjs-node-gpu`, and the program's own operations.
 *
 * @param root the program's own folder
 */
export function findEngineSources(root: string): EngineSources {
  const nodeRequire = createRequire(join(root, 'package.json'));
  const packageFolder = (name: string) => dirname(nodeRequire.resolve(`${name}/package.json`));
  const binding = join(packageFolder('@tensorflow/tfjs-node-gpu'), 'binding');
  return {
    files: [
      join(binding, 'tfjs_backend.cc'),
      join(binding, 'tfjs_binding.cc'),
      join(root, 'resources', 'native', 'tensorflow_ops.cc'),
    ],
    nodeHeaders: join(packageFolder('node-api-headers'), 'include'),
  };
}

/**
 * Names an engine by everything that its compiled part depends on: TensorFlow's version, the sources
 * with their headers, the compiler's flags, and the processor, for whose instructions it is compiled. An
 * engine of another key must not be loaded; on a shared data directory several can lie side by side.
 *
 * @param root the program's own folder
 * @param variant which engine
 * @returns 16 hex digits
 */
export function engineKey(root: string, variant: EngineVariant): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([TENSORFLOW_VERSION, variant, compilerFlags, describeProcessor()]));
  const folders = new Set(findEngineSources(root).files.map((file) => dirname(file)));
  for (const folder of folders) {
    for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

function describeProcessor(): string {
  const list = '/proc/cpuinfo';
  const flags = existsSync(list) ? (/^flags\s*:.*$/m.exec(readFileSync(list, 'utf8'))?.[0] ?? '') : '';
  return `${process.arch} ${cpus().at(0)?.model ?? ''} ${flags}`;
}
