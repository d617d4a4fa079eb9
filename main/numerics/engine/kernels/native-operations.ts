import type { DataId, TensorInfo } from '@tensorflow/tfjs';
import type { Tensor } from '../tensor';

/** A constant of one application of an operation, as the binding takes it. */
interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | readonly number[];
}

/** The part of the binding that is used here. */
export interface NativeBinding {
  readonly TF_Version: string;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_SHAPE: number;
  isUsingGpuDevice(): boolean;
}

/** The part of the library's TensorFlow backend that is used here; some of it is private in its types. */
export interface NativeBackend {
  executeSingleOutput(
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly TensorInfo[],
  ): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
  incRef(data: DataId): void;
}

/** Runs operations of TensorFlow by name. */
export class NativeOperations {
  readonly backend: NativeBackend;
  readonly #binding: NativeBinding;

  /**
   * @param backend the running TensorFlow backend
   * @param binding what it runs on
   */
  constructor(backend: NativeBackend, binding: NativeBinding) {
    this.backend = backend;
    this.#binding = binding;
  }

  /** Runs an operation with one output. */
  run(name: string, inputs: readonly TensorInfo[], attributes: readonly OperationAttribute[] = []): Tensor {
    return this.backend.executeSingleOutput(name, attributes, inputs);
  }

  /** Runs an operation with several outputs. */
  runMany(
    name: string,
    inputs: readonly TensorInfo[],
    attributes: readonly OperationAttribute[],
    outputs: number,
  ): Tensor[] {
    return this.backend.executeMultipleOutputs(name, attributes, inputs, outputs);
  }

  integer(name: string, value: number): OperationAttribute {
    return { name, type: this.#binding.TF_ATTR_INT, value };
  }

  float(name: string, value: number): OperationAttribute {
    return { name, type: this.#binding.TF_ATTR_FLOAT, value };
  }

  boolean(name: string, value: boolean): OperationAttribute {
    return { name, type: this.#binding.TF_ATTR_BOOL, value };
  }

  shape(name: string, value: readonly number[]): OperationAttribute {
    return { name, type: this.#binding.TF_ATTR_SHAPE, value };
  }
}
