import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { compileAssembly } from '#build/compile-assembly';

const at = (path: string): string => resolve(import.meta.dirname, path);

// Built like the program's own processes, so that what is measured is the same code; dependencies stay external.
export default defineConfig({
  root: at('../..'),
  plugins: [compileAssembly()],
  build: {
    ssr: true,
    outDir: at('../../out/bench'),
    target: 'node24',
    rollupOptions: {
      input: {
        run: at('run.ts'),
        subject: at('subject.ts'),
        loader: at('loader/run.ts'),
        'loader-subject': at('loader/subject.ts'),
        analysis: at('analysis/run.ts'),
        page: at('page/run.ts'),
        'analysis-subject': at('analysis/subject.ts'),
        'decode-thread': at('../../main/worker/decode-thread.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
