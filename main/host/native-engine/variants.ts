import type { EngineVariant } from '#contract/engines';

/** The version of TensorFlow that the engine is made of. */
export const TENSORFLOW_VERSION = '2.21.0';

/** A Python wheel that holds TensorFlow's library and headers. */
interface TensorFlowWheel {
  /** Its name as a Python package. */
  readonly packageName: string;
  /** How its file's name begins. */
  readonly filePrefix: string;
  /** SHA-256 of the file for Linux on x86-64 and CPython 3.11; null where it was never seen by us. */
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
}

/** The wheel of each variant. Every file in a wheel is also checked against the wheel's own list. */
export const tensorFlowWheels: Readonly<Record<EngineVariant, TensorFlowWheel>> = {
  cpu: {
    packageName: 'tensorflow-cpu',
    filePrefix: `tensorflow_cpu-${TENSORFLOW_VERSION}-`,
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    sizeBytes: 273_829_956,
  },
  gpu: {
    packageName: 'tensorflow',
    filePrefix: `tensorflow-${TENSORFLOW_VERSION}-`,
    sha256: null,
    sizeBytes: null,
  },
};
