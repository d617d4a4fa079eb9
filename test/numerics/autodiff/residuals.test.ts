import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jvp } from '#numerics/autodiff/jvp';
import { disposeTree } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { RandomStream } from '#numerics/engine/random';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, readTensor, tidy, type Tensor } from '#numerics/engine/tensor';
import { relativeError } from '#test/support/closeness';
import { centralDifferenceError, dotProductError, randomTree } from '#test/support/gradient-check';
import { primitiveSubjects, type PrimitiveSubject } from '#test/support/primitive-subjects';
import { testEngines } from '#test/support/test-engines';
import { oracleJvp, oracleVjp } from '#test/support/tfjs-oracle';

/** Where the table goes: a build output, or the committed copy if `TANGENT_WRITE_RESIDUALS` is set. */
const root = join(import.meta.dirname, '..', '..', '..');
const file =
  process.env.TANGENT_WRITE_RESIDUALS === undefined
    ? join(root, 'out', 'oracle-residuals.md')
    : join(root, 'resources', 'guide', 'oracle-residuals.md');

const columns = ['value', 'dot product', 'double vjp', 'vjp', 'central differences'] as const;
type Residuals = Record<(typeof columns)[number], number>;
const bounds: Residuals = {
  value: 1e-6,
  'dot product': 1e-5,
  'double vjp': 1e-5,
  vjp: 1e-5,
  'central differences': 1e-3,
};
const rows: string[] = [];

function measure({ f, composition, inputs }: PrimitiveSubject): Residuals {
  const params = randomTree(inputs, 'params');
  const tangents = randomTree(inputs, 'tangents');
  const made: Tensor[] = [];
  const keep = <T extends Tensor>(tensor: T): T => {
    made.push(tensor);
    return tensor;
  };
  const value = keep(tidy(() => composition(...params.values())));
  const { primal, tangent } = jvp(f, params, tangents);
  [primal, tangent].forEach(keep);
  const cotangent = keep(createTensor(new RandomStream(13, 'cotangent').normals(value.size), value.shape));
  const trace = new Trace(f, params);
  const gradient = trace.pullBackAndDispose(cotangent);
  const expected = oracleVjp(composition, params, cotangent).map(keep);
  const error = (a: Tensor, b: Tensor) => relativeError(readTensor(a), readTensor(b));
  const residuals = {
    value: error(primal, value),
    'dot product': dotProductError(f, params),
    'double vjp': error(tangent, keep(oracleJvp(composition, params, tangents))),
    vjp: Math.max(...[...gradient.values()].map((actual, i) => error(actual, expected[i]))),
    'central differences': centralDifferenceError(f, params),
  };
  made.forEach((tensor) => tensor.dispose());
  [params, tangents, gradient].forEach(disposeTree);
  return residuals;
}

describe.each(testEngines)('the residuals of every rule on the %s engine', (engine) => {
  beforeAll(async () => {
    await startEngine(engine);
  });

  it.each(primitiveSubjects)('are those of rounding for $title', (subject) => {
    const residuals = measure(subject);
    rows.push(
      `| ${subject.title} | ${engine} | ${columns.map((name) => residuals[name].toExponential(1)).join(' | ')} |`,
    );
    for (const name of columns) expect(residuals[name], name).toBeLessThan(bounds[name]);
  });
});

afterAll(() => {
  const head = [
    '# Residuals of the derivative rules',
    '',
    'Made by `test/numerics/autodiff/residuals.test.ts`; float32, random inputs. Each number is an error relative to the',
    'norm of the whole. **value**: against the composition of TensorFlow.js ops. **dot product**: ⟨Jv,u⟩ against ⟨v,Jᵀu⟩.',
    "**double vjp**: Jv against TensorFlow.js's pullback differentiated in its seed. **vjp**: Jᵀu against TensorFlow.js.",
    '**central differences**: Jv against (f(θ+hv) − f(θ−hv))/2h.',
    '',
    `| primitive | engine | ${columns.join(' | ')} |`,
    `| --- | --- | ${columns.map(() => '--:').join(' | ')} |`,
    `| _bound_ | | ${columns.map((name) => bounds[name].toExponential(0)).join(' | ')} |`,
  ];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${[...head, ...rows].join('\n')}\n`);
});
