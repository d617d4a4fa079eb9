import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  activationSchema,
  engineRequestSchema,
  evaluationModeSchema,
  splitNameSchema,
  type SplitName,
} from '#contract/specs/common';

/** Parses an option that must be an integer of at least `least`. */
export function integerOption(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be an integer of at least ${least}.`);
    }
    return value;
  };
}

/** What a number may be: above and below exclude their bounds, least and most include them. */
interface NumberRange {
  readonly above?: number;
  readonly least?: number;
  readonly most?: number;
  readonly below?: number;
}

/** Parses an option that must be a number in the given range. */
export function numberOption(range: NumberRange): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isOutside =
      text.trim() === '' ||
      !Number.isFinite(value) ||
      (range.above !== undefined && value <= range.above) ||
      (range.least !== undefined && value < range.least) ||
      (range.most !== undefined && value > range.most) ||
      (range.below !== undefined && value >= range.below);
    if (isOutside) throw new InvalidArgumentError(`It must be a number${describeRange(range)}.`);
    return value;
  };
}

/** Parses an option that must be numbers in the given range with commas between them. */
export function numbersOption(range: NumberRange): (text: string) => number[] {
  const parse = numberOption(range);
  return (text) => text.split(',').map(parse);
}

function describeRange({ above, least, most, below }: NumberRange): string {
  const parts = [
    above === undefined ? '' : `above ${above}`,
    least === undefined ? '' : `of at least ${least}`,
    most === undefined ? '' : `of at most ${most}`,
    below === undefined ? '' : `below ${below}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`;
}

/** Collects an option that may be given several times. */
export function repeatable(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text];
}

/** Adds the option that names the task vectors of an edit, with a remark on how many. */
export function addTaskVectorOption(command: Command, remark = ''): Command {
  return command.requiredOption(
    '--task-vector <artifact[,dataset,head]>',
    `a task vector; repeat the option for each task${remark}. One that was imported is followed by its dataset and head`,
    repeatable,
  );
}

/** Makes the option that says in which model task vectors are used. */
export function modeOption(): Option {
  return new Option('--mode <mode>', 'standard, posthoc (standard vectors in the expansion), or linear')
    .choices(evaluationModeSchema.options)
    .default('standard');
}

/** Adds the option that says how much of a control must be kept. */
export function addControlThreshold(command: Command): Command {
  return command.option(
    '--control-threshold <x>',
    "the least accuracy on the control, as a fraction of the pre-trained model's",
    numberOption({ least: 0, most: 1 }),
    0.95,
  );
}

/** Makes the option that says which images of datasets are used. */
export function splitOption(usual: SplitName): Option {
  return new Option('--split <split>', 'images that are used')
    .choices(splitNameSchema.options)
    .default(usual);
}

/** Makes the option that says which engine must compute. */
export function engineOption(): Option {
  return new Option('--engine <name>', 'engine that computes')
    .choices(engineRequestSchema.options)
    .default('auto');
}

/** Adds the options that say of a checkpoint what its files do not say, or say wrongly. */
export function addModelOptions(command: Command): Command {
  return command
    .option('--heads <n>', 'attention heads of the image tower', integerOption(1))
    .addOption(new Option('--activation <name>', 'activation of the MLPs').choices(activationSchema.options))
    .option('--mean <r,g,b>', 'mean of the pixels in [0,1], per channel', channelsOption)
    .option('--std <r,g,b>', 'deviation of the pixels, per channel', channelsOption);
}

/** Parses three numbers with commas between them. */
function channelsOption(text: string): [number, number, number] {
  const [red, green, blue, ...rest] = text
    .split(',')
    .map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (rest.length > 0 || ![red, green, blue].every(Number.isFinite)) {
    throw new InvalidArgumentError('It must be three numbers with commas between them.');
  }
  return [red, green, blue];
}
