import { Option, type Command } from 'commander';
import { forecastSchema } from '#contract/results';
import type { EngineRequest } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { withSession, type CommandContext } from '../command-context';
import { exitCodes } from '../exit-codes';
import { findArtifact } from '../find-artifact';
import { submitAndRead } from '../submit';
import { formatBytes, formatDuration } from '../format';
import { engineOption, integerOption } from '../options';

interface Options {
  readonly model: string;
  readonly work: RunSpecOf<'forecast'>['params']['work'];
  readonly batchSize: number;
  readonly steps: number;
  readonly taskVectors: number;
  readonly engine: EngineRequest;
}

/** Adds `tangent forecast`. */
export function addForecastCommand(program: Command): void {
  program
    .command('forecast')
    .description('measure about ten steps and say what memory and time a run will take')
    .requiredOption('--model <artifact>', 'the pre-trained model')
    .addOption(
      new Option('--work <work>', 'fine-tuning in either mode, or responses of task vectors (edits, maps)')
        .choices(['standard', 'linear', 'responses'])
        .default('standard'),
    )
    .option('--batch-size <n>', 'images in a batch', integerOption(1), 128)
    .option('--steps <n>', 'training steps, or batches', integerOption(1), 2000)
    .option('--task-vectors <n>', 'how many, for responses', integerOption(1), 1)
    .addOption(engineOption())
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', (context) => forecast(options, context));
    });
}

async function forecast(options: Options, context: CommandContext): Promise<number> {
  const { client } = context.session;
  const { work, batchSize, steps, engine } = options;
  // Anew: what is free, and how fast the machine is, may have changed.
  const { code, result } = await submitAndRead(
    context,
    {
      kind: 'forecast',
      specVersion: 1,
      params: {
        work,
        batchSize,
        steps,
        taskVectorCount: work === 'responses' ? options.taskVectors : 0,
        engine,
      },
      inputs: { model: (await findArtifact(client, options.model, 'model')).id },
      seed: 0,
    },
    true,
    { role: 'forecast', schema: forecastSchema },
  );
  if (result === null) return code;
  context.output.value(result);
  const { peakBytes, availableBytes, millisecondsPerStep, totalMilliseconds, fits } = result;
  context.output.line(
    `peak memory ${formatBytes(peakBytes)}, of which ${formatBytes(availableBytes)} were free`,
  );
  context.output.line(
    `${formatDuration(millisecondsPerStep)} for a step, ${formatDuration(totalMilliseconds)} for ${steps}`,
  );
  if (!fits) context.output.line('It will not fit: use a smaller batch or a machine with more memory.');
  return fits ? exitCodes.ok : exitCodes.environment;
}
