import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from '#contract/codec';

describe('the frame codec', () => {
  it('carries plain data and typed arrays of every kind, at any depth', () => {
    const message = {
      text: 'θ₀ ✓',
      nothing: null,
      list: [1, [true, new Float64Array([Math.PI, Number.NaN])]],
      arrays: {
        f: new Float32Array([1.5, -0]),
        i: new Int16Array([-3]),
        u: new Uint8ClampedArray([255]),
        empty: new Uint32Array(),
      },
    };
    expect(decodeFrame(encodeFrame(message))).toEqual(message);
  });

  it('sends only the part of a buffer that a view shows', () => {
    const view = new Float32Array(new Float32Array([1, 2, 3, 4]).buffer, 4, 2);
    expect(decodeFrame(encodeFrame({ view }))).toEqual({ view: new Float32Array([2, 3]) });
  });

  it('takes a Node buffer for the bytes it is', () => {
    expect(decodeFrame(encodeFrame(Buffer.from('ab')))).toEqual(new Uint8Array([97, 98]));
  });

  it('reads a frame that lies at an odd place in a larger buffer', () => {
    const frame = encodeFrame([new Float64Array([7])]);
    const shifted = new Uint8Array(frame.byteLength + 3);
    shifted.set(frame, 3);
    expect(decodeFrame(shifted.subarray(3))).toEqual([new Float64Array([7])]);
  });

  it('copies arrays out of a Node buffer, whose memory is shared', () => {
    const frame = Buffer.from(encodeFrame({ a: new Float32Array([1, 2]) }));
    const decoded = decodeFrame(frame) as { a: Float32Array };
    frame.fill(0);
    expect(decoded.a).toEqual(new Float32Array([1, 2]));
  });

  it('refuses views it has no name for', () => {
    expect(() => encodeFrame(new BigInt64Array(1))).toThrow('cannot send a BigInt64Array');
  });

  it.each([
    ['a text frame', '{}'],
    ['nothing', new Uint8Array()],
    ['a header that is not JSON', frameOf('{', 0)],
    [
      'an unknown array type',
      frameOf('{"value":null,"arrays":[{"path":[],"type":"Function","bytes":0}]}', 0),
    ],
    [
      'a missing block',
      frameOf('{"value":[null],"arrays":[{"path":["0"],"type":"Int8Array","bytes":9}]}', 3),
    ],
    [
      'a ragged block',
      frameOf('{"value":[null],"arrays":[{"path":["0"],"type":"Int32Array","bytes":3}]}', 3),
    ],
    [
      'a place that is not there',
      frameOf('{"value":{},"arrays":[{"path":["a"],"type":"Int8Array","bytes":0}]}', 0),
    ],
    [
      'a prototype',
      frameOf('{"value":{},"arrays":[{"path":["__proto__","x"],"type":"Int8Array","bytes":0}]}', 0),
    ],
  ])('refuses %s', (_name, frame) => {
    expect(() => decodeFrame(frame)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });
});

function frameOf(header: string, blockBytes: number): Uint8Array {
  const bytes = Buffer.from(header);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.byteLength);
  return Buffer.concat([length, bytes, Buffer.alloc(blockBytes)]);
}
