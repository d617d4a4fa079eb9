import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineKey, findEngineSources } from '#host/native-engine/engine-key';
import { listNativeEngines, MANIFEST_NAME } from '#host/native-engine/find-native-engine';
import { tempFolder } from '#test/support/temp-folder';
import { exampleManifest, root } from '#test/support/tiny-engine';

/** Makes a folder of engines that holds files by path. */
function enginesWith(files: Readonly<Record<string, string>>): string {
  const engines = tempFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(engines, name)), { recursive: true });
    writeFileSync(join(engines, name), content);
  }
  return engines;
}

const manifestIn = (folder: string, manifest: unknown) => ({
  [`${folder}/${MANIFEST_NAME}`]: JSON.stringify(manifest),
});

/** A program of our own layout whose native sources can be changed. */
function copyOfProgram(): string {
  const copy = tempFolder();
  writeFileSync(join(copy, 'package.json'), '{}');
  const packages = ['@tensorflow/tfjs-node-gpu/package.json', '@tensorflow/tfjs-node-gpu/binding'];
  for (const name of packages) {
    cpSync(join(root, 'node_modules', name), join(copy, 'node_modules', name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules', 'node-api-headers'), join(copy, 'node_modules', 'node-api-headers'));
  cpSync(join(root, 'resources', 'native'), join(copy, 'resources', 'native'), { recursive: true });
  return copy;
}

describe('listNativeEngines', () => {
  it('finds nothing where nothing was ever installed', () => {
    expect(listNativeEngines(join(tempFolder(), 'none'), root)).toEqual([]);
    expect(listNativeEngines(tempFolder(), root)).toEqual([]);
  });

  it('finds an engine of this processor and this version', () => {
    const engines = enginesWith(manifestIn('anywhere', exampleManifest('cpu')));
    expect(listNativeEngines(engines, root)).toEqual([
      { folder: join(engines, 'anywhere'), manifest: exampleManifest('cpu'), isCurrent: true },
    ]);
  });

  it('lists an engine of another key as one that is not current', () => {
    const other = exampleManifest('cpu', { key: engineKey(root, 'gpu') });
    const engines = enginesWith(manifestIn('cpu-other', other));
    expect(listNativeEngines(engines, root)).toEqual([
      { folder: join(engines, 'cpu-other'), manifest: other, isCurrent: false },
    ]);
  });

  it('puts those that can be used first, and a GPU before a CPU', () => {
    const engines = enginesWith({
      ...manifestIn('1', exampleManifest('cpu', { key: 'old' })),
      ...manifestIn('2', exampleManifest('gpu', { key: 'old' })),
      ...manifestIn('3', exampleManifest('cpu')),
      ...manifestIn('4', exampleManifest('gpu')),
    });
    const order = listNativeEngines(engines, root).map(({ folder }) => folder.slice(engines.length + 1));
    expect(order).toEqual(['4', '3', '2', '1']);
  });

  it('takes nothing for an engine that is not completely installed', () => {
    const engines = enginesWith({
      'wheels/tensorflow_cpu-2.21.0-py3-none-any.whl': 'wheel',
      'no-manifest/tfjs_binding.node': 'binding',
      'stray-file': '',
      ...manifestIn('incomplete', { ...exampleManifest('cpu'), processor: undefined }),
      ...manifestIn('other-format', { ...exampleManifest('cpu'), format: 'tangent-native-engine/2' }),
      ...manifestIn('other-variant', { ...exampleManifest('cpu'), variant: 'tpu' }),
      'half-written/engine.json': JSON.stringify(exampleManifest('cpu')).slice(0, 60),
      'manifest-folder/engine.json/file': '',
      ...manifestIn('.install-x/engine', exampleManifest('cpu')),
      ...manifestIn('whole', exampleManifest('cpu')),
    });
    expect(listNativeEngines(engines, root).map(({ folder }) => folder)).toEqual([join(engines, 'whole')]);
  });
});

describe('the key of an engine', () => {
  it('is the same for the same program, and another for each variant', () => {
    expect(engineKey(root, 'cpu')).toMatch(/^[\da-f]{16}$/);
    expect(engineKey(root, 'cpu')).toBe(engineKey(root, 'cpu'));
    expect(engineKey(root, 'gpu')).not.toBe(engineKey(root, 'cpu'));
  });

  it('does not depend on where the program lies', () => {
    expect(engineKey(copyOfProgram(), 'cpu')).toBe(engineKey(root, 'cpu'));
  });

  it.each([
    ['an operation', 'resources/native/tensorflow_ops.cc'],
    ['a header of the operations', 'resources/native/attention.h'],
    ['the binding', 'node_modules/@tensorflow/tfjs-node-gpu/binding/tfjs_backend.cc'],
    ['a header of the binding', 'node_modules/@tensorflow/tfjs-node-gpu/binding/utils.h'],
  ])('is another once %s is changed, and installed engines are then not current', (_, file) => {
    const program = copyOfProgram();
    const engines = enginesWith(
      manifestIn('built', exampleManifest('cpu', { key: engineKey(program, 'cpu') })),
    );
    expect(listNativeEngines(engines, program)).toMatchObject([{ isCurrent: true }]);
    writeFileSync(join(program, file), '// changed', { flag: 'a' });
    expect(listNativeEngines(engines, program)).toMatchObject([{ isCurrent: false }]);
  });
});

describe('findEngineSources', () => {
  it('finds the sources of the binding and our own', () => {
    const program = copyOfProgram();
    const { files } = findEngineSources(program);
    expect(files.map((file) => file.slice(program.length + 1))).toEqual([
      'node_modules/@tensorflow/tfjs-node-gpu/binding/tfjs_backend.cc',
      'node_modules/@tensorflow/tfjs-node-gpu/binding/tfjs_binding.cc',
      'resources/native/tensorflow_ops.cc',
    ]);
  });
});
