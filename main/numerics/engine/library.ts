import * as nodeUtil from 'node:util';
import * as tf from '@tensorflow/tfjs';

// Node 23 removed two functions that TensorFlow.js still calls (tensorflow/tfjs#8425).
const legacyUtil = (nodeUtil as { default?: Record<string, unknown> }).default ?? {};
legacyUtil.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
legacyUtil.isArray ??= (value: unknown) => Array.isArray(value);

// Production mode switches off greetings and advice on the console; errors are thrown as before.
tf.enableProdMode();

export { tf };
