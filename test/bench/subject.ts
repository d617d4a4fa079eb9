import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { startEngine } from '#numerics/engine/start-engine';
import { measurePeakMemory } from './peak-memory';
import type { Hello, Request } from './protocol';
import { sizes, type SizeName } from './sizes';
import { createWorkload, type Workload } from './workload';

// A contestant of ours: one process with one engine, which answers each line with a line.
const engine = process.argv[2] as 'native' | 'wasm';
const { version, threads } = await startEngine(engine);
const library = `${engine === 'native' ? 'TensorFlow' : 'TensorFlow.js'} ${version}`;
const workloads = new Map<SizeName, Workload>();

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Request))}\n`);
}

async function answer(request: Request) {
  if ('hello' in request) return { library, threads } satisfies Hello;
  const run = workloadOf(request.size)[request.subject];
  if ('memory' in request) return measurePeakMemory(run, engine === 'wasm');
  const times = Array.from({ length: request.rounds }, () => {
    const start = performance.now();
    run();
    return (performance.now() - start) / 1000;
  });
  return { times };
}

function workloadOf(size: SizeName): Workload {
  const workload = workloads.get(size) ?? createWorkload(sizes[size]);
  workloads.set(size, workload);
  return workload;
}
