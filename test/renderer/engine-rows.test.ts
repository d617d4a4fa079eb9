import { describe, expect, it } from 'vitest';
import type { EngineReport } from '#contract/engines';
import { describeEngines } from '#renderer/state/engine-rows.ts';
import { exampleEngines } from '#test/support/example-machine';

const [cpu] = exampleEngines.installed;
const started = exampleEngines.started!;
const wasm = { ...started, name: 'wasm' as const, version: '4.22.0' };

function rowsOf(changes: Partial<EngineReport>) {
  const [gpuRow, cpuRow, wasmRow] = describeEngines({ ...exampleEngines, ...changes });
  return { gpu: gpuRow, cpu: cpuRow, wasm: wasmRow };
}

describe('the engines that the settings list', () => {
  it('are used or not, each for a reason', () => {
    const rows = rowsOf({});
    expect(rows.cpu).toMatchObject({ isUsed: true, detail: 'TensorFlow 2.21.0, 1 thread per run' });
    expect(rows.gpu).toMatchObject({ isUsed: false, detail: 'Not installed.' });
    expect(rows.wasm).toMatchObject({ isUsed: false, detail: expect.stringMatching(/^Ready/) as string });
  });

  it('show that the one for a GPU is taken first, also where it found none', () => {
    const gpu = { ...cpu, variant: 'gpu' as const };
    const onGpu = rowsOf({ installed: [gpu, cpu], started: { ...started, device: 'gpu' } });
    expect([onGpu.gpu.isUsed, onGpu.cpu.isUsed]).toEqual([true, false]);
    expect(onGpu.cpu.detail).toMatch(/GPU is taken first/);
    expect(rowsOf({ installed: [gpu, cpu] }).gpu.detail).toMatch(/found no GPU/);
  });

  it('say why an installed one is refused', () => {
    const refused = [{ name: 'native', reason: 'libtensorflow is damaged' }];
    const rows = rowsOf({ started: { ...wasm, refused } });
    expect(rows.cpu.detail).toBe('Installed, not used: libtensorflow is damaged');
    expect(rows.wasm.isUsed).toBe(true);
    expect(rowsOf({ installed: [{ ...cpu, isCurrent: false }], started: wasm }).cpu.detail).toMatch(
      /another processor \(any processor\) or another version/,
    );
    expect(rowsOf({ started: null, problem: 'nothing loads' }).cpu.detail).toMatch(/nothing loads/);
  });

  it('tell one that is named by hand, a machine for which there is none, and a WebAssembly that fails', () => {
    expect(rowsOf({ installed: [] }).cpu.detail).toMatch(/named by the variable/);
    const notInstallable = 'The native engine exists for Linux.';
    const rows = rowsOf({ installed: [], started: wasm, notInstallable });
    expect([rows.cpu.detail, rows.gpu.detail]).toEqual([notInstallable, notInstallable]);
    expect(rowsOf({ wasmProblem: 'no SIMD' }).wasm.detail).toBe('Does not start: no SIMD');
  });
});
