import { readFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';
import type { Plugin } from 'vite';

const SOURCE = 'module.ts';

/** Lets programs import AssemblyScript: `import exports from './x.as'` gives what the WebAssembly module exports. */
export function compileAssembly(): Plugin {
  return {
    name: 'compile-assembly',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith('.as')) return null;
      const bytes = Buffer.from(await compile(await readFile(id, 'utf8'), id)).toString('base64');
      return `const bytes = Buffer.from('${bytes}', 'base64');
        export default new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;`;
    },
  };
}

async function compile(source: string, path: string): Promise<Uint8Array> {
  let binary: Uint8Array | null = null;
  const { error, stderr } = await asc.main(
    [SOURCE, '--outFile', 'module.wasm', '-O3', '--enable', 'simd', '--runtime', 'stub', '--noAssert'],
    {
      readFile: (name) => (name === SOURCE ? source : null),
      writeFile: (_, contents) => void (binary = contents as Uint8Array),
      listFiles: () => [],
    },
  );
  if (error === null && binary !== null) return binary;
  throw new Error(`${path} does not compile: ${stderr.toString()}`);
}
