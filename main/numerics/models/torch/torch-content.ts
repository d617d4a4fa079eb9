import type { Unpickled } from './unpickle';

/** What a container of any kind holds. */
export interface TorchContent {
  readonly container: 'zip' | 'torchscript' | 'legacy';
  readonly unpickled: Unpickled;
  /** Where the numbers of every storage begin in the file, by key. */
  readonly starts: ReadonlyMap<string, number>;
}

/** Longest pickle, in bytes; numbers are not part of it. */
export const LONGEST_PICKLE = 256 * 1024 * 1024;
