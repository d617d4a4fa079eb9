import { AppError } from './errors';

// Every host of ours has these two globals; the contract is compiled without the types of any host.
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

/**
 * A frame is: length of the header in bytes (uint32, little-endian), the header (JSON, UTF-8), and
 * the bytes of the typed arrays in the order of the header. Where the value held a typed array the
 * JSON holds null, and the header says its path, so no key of anyone's data is special.
 */
interface FrameHeader {
  readonly value: unknown;
  readonly arrays: readonly {
    readonly path: readonly string[];
    readonly type: string;
    readonly bytes: number;
  }[];
}

const arrayTypes = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
} as const;

type ArrayTypeName = keyof typeof arrayTypes;
const lengthBytes = 4;

/**
 * Encodes plain data in which typed arrays may occur; they travel as bytes, everything else as JSON.
 *
 * @param data the message
 * @returns one binary frame
 * @throws {AppError} `internal` for views that are not in the list (DataView, 64-bit integers)
 */
export function encodeFrame(data: unknown): Uint8Array<ArrayBuffer> {
  const arrays: FrameHeader['arrays'][number][] = [];
  const blocks: Uint8Array[] = [];
  const path: string[] = [];

  const lift = (value: unknown): unknown => {
    if (ArrayBuffer.isView(value)) {
      arrays.push({ path: [...path], type: arrayTypeOf(value), bytes: value.byteLength });
      blocks.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      return null;
    }
    if (Array.isArray(value)) return value.map((item, index) => liftAt(String(index), item));
    if (!isPlainObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, liftAt(key, item)]));
  };
  const liftAt = (key: string, value: unknown): unknown => {
    path.push(key);
    const lifted = lift(value);
    path.pop();
    return lifted;
  };

  const header = new TextEncoder().encode(
    JSON.stringify({ value: lift(data), arrays } satisfies FrameHeader),
  );
  const frame = new Uint8Array(
    blocks.reduce((total, block) => total + block.byteLength, lengthBytes + header.byteLength),
  );
  new DataView(frame.buffer).setUint32(0, header.byteLength, true);
  let offset = lengthBytes;
  for (const block of [header, ...blocks]) {
    frame.set(block, offset);
    offset += block.byteLength;
  }
  return frame;
}

/**
 * Inverse of {@link encodeFrame}. Typed arrays are copied out of the frame.
 *
 * @param frame one binary frame
 * @returns the message
 * @throws {AppError} `invalid_input` if the frame is not one of ours
 */
export function decodeFrame(frame: string | ArrayBuffer | Uint8Array): unknown {
  if (typeof frame === 'string')
    throw new AppError('invalid_input', 'received a text frame, expected binary');
  // A Node buffer would come out of `slice` as a view into its pool and not as a copy.
  const bytes =
    frame instanceof Uint8Array
      ? new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength)
      : new Uint8Array(frame);
  if (bytes.byteLength < lengthBytes) throw new AppError('invalid_input', 'received a truncated frame');
  const headerEnd =
    lengthBytes + new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getUint32(0, true);
  const header = parseHeader(bytes.subarray(lengthBytes, headerEnd));
  const root = { value: header.value };
  let offset = headerEnd;
  for (const { path, type, bytes: byteLength } of header.arrays) {
    const arrayType = arrayTypes[type as ArrayTypeName];
    const block = bytes.slice(offset, offset + byteLength);
    if (block.byteLength !== byteLength || byteLength % arrayType.BYTES_PER_ELEMENT !== 0) {
      throw new AppError('invalid_input', 'received a truncated frame');
    }
    offset += byteLength;
    setAt(root, ['value', ...path], new arrayType(block.buffer));
  }
  return root.value;
}

function parseHeader(bytes: Uint8Array): FrameHeader {
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes)) as FrameHeader;
    if (header.arrays.every(({ type }) => Object.hasOwn(arrayTypes, type))) return header;
  } catch {
    // Falls through to the one error that names the fault.
  }
  throw new AppError('invalid_input', 'received a frame without a valid header');
}

/** Follows own properties only, so that a frame cannot reach a prototype. */
function setAt(root: object, path: readonly string[], value: unknown): void {
  let holder: Record<string, unknown> = root as Record<string, unknown>;
  for (const [index, key] of path.entries()) {
    if (!Object.hasOwn(holder, key)) throw new AppError('invalid_input', 'a frame names a place it lacks');
    if (index === path.length - 1) holder[key] = value;
    else holder = holder[key] as Record<string, unknown>;
  }
}

function arrayTypeOf(view: ArrayBufferView): ArrayTypeName {
  // By instance and not by name, because Node's Buffer is a Uint8Array.
  for (const [name, type] of Object.entries(arrayTypes)) {
    if (view instanceof type) return name as ArrayTypeName;
  }
  throw new AppError('internal', `cannot send a ${view.constructor.name}`);
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Both directions, as tRPC's WebSocket handler and client take them. */
export const frameCodec = { encode: encodeFrame, decode: decodeFrame };
