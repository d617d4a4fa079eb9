import type { Complain } from '../complain';
import { PickleMachine } from './pickle-machine';
import { opcodes, STOP } from './pickle-opcodes';
import { PickleEnd, PickleError } from './pickle-reader';
import type { PickleStorage, PickleValue } from './pickle-values';

/** What a pickle holds. */
export interface Unpickled {
  readonly value: PickleValue;
  /** Length of the pickle in bytes. */
  readonly length: number;
  /** Storages that it refers to, by key. */
  readonly storages: ReadonlyMap<string, PickleStorage>;
  /** Names of classes and functions that were not understood. */
  readonly unknownGlobals: ReadonlySet<string>;
}

/**
 * Reads a pickle as data. A pickle is a program that may name any function and have it called; here, nothing is
 * looked up by name and nothing is called.
 *
 * Source: Python's own Lib/pickletools.py; torch/_weights_only_unpickler.py for what tensors are made of.
 *
 * @param bytes the pickle and whatever follows it
 * @param complain makes the error
 * @returns what it holds, or `null` if the bytes end before it does
 * @throws {AppError} `checkpoint_format` for anything that does not belong into a pickle, or too much of it
 */
export function unpickle(bytes: Uint8Array, complain: Complain): Unpickled | null {
  const machine = new PickleMachine(bytes);
  try {
    const value = run(machine);
    return {
      value,
      length: machine.reader.position,
      storages: machine.storages,
      unknownGlobals: machine.unknownGlobals,
    };
  } catch (error) {
    if (error instanceof PickleEnd) return null;
    if (!(error instanceof PickleError)) throw error;
    throw complain(`holds a pickle that cannot be read: ${error.message}`);
  }
}

function run(machine: PickleMachine): PickleValue {
  for (;;) {
    const code = machine.reader.uint8();
    if (code === STOP) return machine.pop();
    const step = opcodes.get(code);
    if (step === undefined)
      throw new PickleError(`it has an opcode 0x${code.toString(16)}, which is not known`);
    machine.spend(1);
    step(machine);
  }
}
