import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const at = (path: string): string => resolve(import.meta.dirname, path);

// `npm run guide:shots`: built as the benchmarks are; dependencies stay external.
export default defineConfig({
  root: at('../..'),
  build: {
    ssr: true,
    outDir: at('../../out/guide'),
    target: 'node24',
    rollupOptions: {
      input: { shots: at('shots/run.ts') },
      output: { format: 'es', entryFileNames: '[name].js' },
    },
  },
});
