import { beforeAll, describe, expect, it } from 'vitest';
import { jvp } from '#numerics/autodiff/jvp';
import type { ParamFunction } from '#numerics/autodiff/param-function';
import { disposeTree, shareTree } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { add, linear, quickGelu, scope } from '#numerics/engine/ops';
import { startEngine } from '#numerics/engine/start-engine';
import { engineMemory, readTensor, tidy, type Tensor } from '#numerics/engine/tensor';
import type { Value } from '#numerics/engine/traced';
import { randomTree } from '#test/support/gradient-check';
import { withoutLeaks } from '#test/support/tensor-leaks';

beforeAll(async () => {
  await startEngine('wasm');
});

const shapes = { x: [2, 3], weight: [3, 3], bias: [3], unused: [2] };
const f: ParamFunction = (p) =>
  scope(() => {
    const hidden = quickGelu(linear(p.get('x')!, p.get('weight')!, p.get('bias')!));
    return add(hidden, p.get('x')!);
  });

describe('Trace', () => {
  it('outlives the parameters that it was made from', () => {
    withoutLeaks(() => {
      const params = randomTree(shapes, 'params');
      const copies = shareTree(params);
      const trace = new Trace(f, params);
      const before = trace.pullBack(trace.primal);
      disposeTree(params);
      const after = trace.pullBackAndDispose(trace.primal);
      for (const [name, g] of before) expect(readTensor(after.get(name)!)).toEqual(readTensor(g));
      [copies, before, after].forEach(disposeTree);
    });
  });

  it('gives zero for parameters that the result does not depend on', () => {
    withoutLeaks(() => {
      const params = randomTree(shapes, 'params');
      const trace = new Trace(f, params);
      const gradient = trace.pullBackAndDispose(trace.primal);
      expect([...gradient.keys()]).toEqual(Object.keys(shapes));
      expect([...readTensor(gradient.get('unused')!)]).toEqual([0, 0]);
      [params, gradient].forEach(disposeTree);
    });
  });

  it('stores only what rules need', () => {
    withoutLeaks(() => {
      const params = randomTree(shapes, 'params');
      const before = engineMemory().tensors;
      const trace = new Trace(f, params);
      // linear: x and weight; quickGelu: its slope; and the primal.
      expect(engineMemory().tensors - before).toBe(4);
      trace.dispose();
      disposeTree(params);
    });
  });

  it('works on a function that returns one of its parameters', () => {
    withoutLeaks(() => {
      const params = randomTree(shapes, 'params');
      const identity: ParamFunction = (p) => p.get('bias')!;
      const { primal, tangent } = jvp(identity, params, params);
      const trace = new Trace(identity, params);
      const gradient = trace.pullBackAndDispose(primal);
      const bias = readTensor(params.get('bias')!);
      expect(readTensor(tangent)).toEqual(bias);
      expect(readTensor(gradient.get('bias')!)).toEqual(bias);
      [primal, tangent].forEach((tensor) => tensor.dispose());
      [params, gradient].forEach(disposeTree);
    });
  });

  it('may be taken inside a tidy without losing what it stores', () => {
    withoutLeaks(() => {
      const params = randomTree(shapes, 'params');
      let trace: Trace | undefined;
      tidy(() => {
        trace = new Trace(f, params);
        return [];
      });
      disposeTree(trace!.pullBackAndDispose(trace!.primal));
      disposeTree(params);
    });
  });

  it('refuses a function whose result does not depend on its parameters', () => {
    withoutLeaks(() => {
      const params = randomTree(shapes, 'params');
      const constant = (() => params.get('bias')!) as unknown as ParamFunction;
      expect(() => new Trace(constant, params)).toThrow('depends on its parameters');
      disposeTree(params);
    });
  });

  it('has a zero tangent where the result does not depend on the parameters', () => {
    withoutLeaks(() => {
      const params = randomTree(shapes, 'params');
      const constant = (() => params.get('bias')!) as unknown as ParamFunction;
      const { primal, tangent } = jvp(constant, params, params);
      expect([...readTensor(tangent)]).toEqual([0, 0, 0]);
      [primal, tangent].forEach((tensor) => tensor.dispose());
      disposeTree(params);
    });
  });

  it('refuses a value that was traced elsewhere', () => {
    withoutLeaks(() => {
      const params = randomTree(shapes, 'params');
      let stray: Value | undefined;
      new Trace((p) => (stray = p.get('bias')!), params).dispose();
      const mixed = ((p: ReadonlyMap<string, Tensor>) => add(p.get('x')!, stray as Tensor)) as ParamFunction;
      expect(() => new Trace(mixed, params)).toThrow('internal');
      expect(() => jvp(mixed, params, params)).toThrow('internal');
      disposeTree(params);
    });
  });
});
