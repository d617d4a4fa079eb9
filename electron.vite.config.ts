import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { compileAssembly } from './.ci/compile-assembly.ts';

const at = (path: string): string => resolve(import.meta.dirname, path);

export default defineConfig({
  main: {
    plugins: [compileAssembly()],
    build: {
      outDir: 'out/main',
      target: 'node24',
      // Dependencies stay external; development dependencies, such as the RPC client, are bundled.
      externalizeDeps: true,
      rollupOptions: {
        input: {
          index: at('main/index.ts'),
          localhost: at('main/localhost/index.ts'),
          cli: at('main/cli/index.ts'),
          worker: at('main/worker/index.ts'),
          'decode-thread': at('main/worker/decode-thread.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload script is one CommonJS file that can require nothing but Electron.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: at('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    // plotly.js expects Node's name for the global object.
    define: { global: 'globalThis' },
    plugins: [svelte({ configFile: false })],
    build: {
      outDir: at('out/renderer'),
      target: 'chrome130',
      minify: true,
      // The chart library is one lazily loaded chunk of about 1.1 MB.
      chunkSizeWarningLimit: 1200,
      rollupOptions: { input: at('renderer/index.html') },
    },
  },
});
