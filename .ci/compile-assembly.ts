import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';

// Not a literal: the compiler's own types redeclare JavaScript's for the whole program.
const COMPILER = 'assemblyscript/asc';

interface Compiler {
  main(
    options: readonly string[],
    files: {
      readFile(name: string): string | null;
      writeFile(name: string, contents: Uint8Array): void;
      listFiles(): readonly string[];
    },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

/** Lets programs import AssemblyScript: `import exports from './x.as'` gives what the WebAssembly module exports. */
export function compileAssembly(): Plugin {
  return {
    name: 'compile-assembly',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith('.as')) return null;
      const bytes = Buffer.from(await compile(id)).toString('base64');
      return `const bytes = Buffer.from('${bytes}', 'base64');
        export default new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;`;
    },
  };
}

async function compile(path: string): Promise<Uint8Array> {
  const compiler = (await import(COMPILER)) as Compiler;
  const written: Uint8Array[] = [];
  const { error, stderr } = await compiler.main(
    [
      basename(path, '.as'),
      '--outFile',
      'module.wasm',
      '-O3',
      '--enable',
      'simd',
      '--runtime',
      'stub',
      '--noAssert',
    ],
    {
      // The compiler knows its sources as TypeScript.
      readFile: (name) => {
        const source = join(dirname(path), name.replace(/\.ts$/, '.as'));
        return existsSync(source) ? readFileSync(source, 'utf8') : null;
      },
      writeFile: (_, contents) => void written.push(contents),
      listFiles: () => [],
    },
  );
  if (error === null && written.length === 1) return written[0];
  throw new Error(`${path} does not compile: ${stderr.toString()}`);
}
