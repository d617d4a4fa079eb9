import { bytesPerNumber as bytesOfReal } from '../number-types';

/** How many bytes one number of a type takes, by the names of safetensors and two more. */
export const bytesPerNumber = { ...bytesOfReal, C64: 8, C128: 16 } as const;

/** Types of numbers that storages have. */
export type TorchDataType = keyof typeof bytesPerNumber;

/** Types by the class of the storages that hold them; an untyped storage counts bytes. */
export const typesOfStorages: ReadonlyMap<string, TorchDataType> = new Map([
  ['torch.DoubleStorage', 'F64'],
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.LongStorage', 'I64'],
  ['torch.IntStorage', 'I32'],
  ['torch.ShortStorage', 'I16'],
  ['torch.CharStorage', 'I8'],
  ['torch.ByteStorage', 'U8'],
  ['torch.BoolStorage', 'BOOL'],
  ['torch.ComplexFloatStorage', 'C64'],
  ['torch.ComplexDoubleStorage', 'C128'],
  ['torch.UntypedStorage', 'U8'],
  ['torch.storage.UntypedStorage', 'U8'],
]);

/** Types by the name that Python code gives them. */
export const typesByName: ReadonlyMap<string, TorchDataType> = new Map([
  ['torch.float64', 'F64'],
  ['torch.float32', 'F32'],
  ['torch.float16', 'F16'],
  ['torch.bfloat16', 'BF16'],
  ['torch.int64', 'I64'],
  ['torch.int32', 'I32'],
  ['torch.int16', 'I16'],
  ['torch.int8', 'I8'],
  ['torch.uint8', 'U8'],
  ['torch.bool', 'BOOL'],
  ['torch.complex64', 'C64'],
  ['torch.complex128', 'C128'],
]);
