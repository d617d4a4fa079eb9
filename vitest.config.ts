import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { compileAssembly } from './.ci/compile-assembly.ts';

export default defineConfig({
  // Compiles the page's state classes; components are tested in a browser.
  plugins: [svelte({ configFile: false }), compileAssembly()],
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default'],
  },
});
