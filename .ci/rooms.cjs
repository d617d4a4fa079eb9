// The import rules between rooms, as data. Each row: where code lives, and what it may import besides
// itself, Node's own modules and the npm packages listed for it. test/boundaries.test.ts reads the same table.
/** @type {Record<string, { rooms?: string[], packages?: string[] }>} */
const rooms = {
  'preload/contract': { packages: ['zod'] },
  'preload/index.ts': { rooms: ['preload/contract'], packages: ['electron'] },
  'main/artifacts': { rooms: ['preload/contract'] },
  'main/catalog': { rooms: ['preload/contract'], packages: ['better-sqlite3', 'zod'] },
  'main/report': {
    rooms: ['preload/contract'],
    packages: ['zod', 'pdfkit', 'fontkit', '@expo-google-fonts'],
  },
  'main/host': {
    rooms: ['preload/contract', 'main/catalog', 'main/artifacts', 'main/report', 'resources'],
    packages: ['zod', 'yauzl'],
  },
  'main/api': {
    rooms: ['preload/contract', 'main/host', 'main/catalog', 'main/artifacts', 'main/report'],
    packages: ['@trpc/server', '@trpc/client', 'ws', 'zod'],
  },
  'main/localhost': {
    rooms: ['preload/contract', 'main/host', 'main/api', 'main/artifacts'],
    packages: ['@trpc/server', 'ws', 'zod'],
  },
  'main/electron': {
    rooms: ['preload/contract', 'main/host', 'main/api', 'main/localhost'],
    packages: ['@trpc/server', 'electron'],
  },
  'main/index.ts': { rooms: ['main/electron'] },
  'main/cli': {
    rooms: ['preload/contract', 'main/host', 'main/api', 'main/localhost', 'main/report', 'resources'],
    packages: ['commander', 'cli-progress'],
  },
  'main/worker': {
    rooms: ['preload/contract', 'main/numerics', 'main/artifacts', 'resources'],
    packages: ['zod'],
  },
  'main/numerics/engine': {
    rooms: ['preload/contract'],
    packages: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-node-gpu'],
  },
  'main/numerics/autodiff': {
    rooms: ['preload/contract', 'main/numerics/engine'],
    packages: ['@tensorflow/tfjs'],
  },
  'main/numerics/files': { rooms: ['preload/contract'], packages: ['yauzl'] },
  'main/numerics/models': {
    rooms: ['preload/contract', 'main/numerics/files', 'main/numerics/engine', 'main/numerics/autodiff'],
    packages: ['@huggingface/tokenizers', 'zod'],
  },
  'main/numerics/data': {
    rooms: ['preload/contract', 'main/numerics/files', 'main/numerics/engine/random.ts'],
    packages: ['hyparquet', 'hyparquet-compressors', 'sharp', 'tar-stream', 'zod'],
  },
  'main/numerics/train': {
    rooms: ['preload/contract', 'main/numerics/engine', 'main/numerics/autodiff', 'main/numerics/models'],
  },
  'main/numerics/editing': {
    rooms: ['preload/contract', 'main/numerics/engine', 'main/numerics/autodiff', 'main/numerics/models'],
    packages: ['zod'],
  },
  'main/numerics/linalg': { packages: ['ml-matrix'] },
  'main/numerics/ntk': {
    rooms: [
      'preload/contract',
      'main/numerics/linalg',
      'main/numerics/engine',
      'main/numerics/autodiff',
      'main/numerics/models',
    ],
    packages: ['zod'],
  },
  'renderer/charts': { rooms: ['preload/contract', 'renderer'], packages: ['plotly.js', 'svelte'] },
  renderer: { rooms: ['preload/contract'], packages: ['svelte', '@trpc/client', 'marked', 'bits-ui'] },
};

module.exports = { rooms };
