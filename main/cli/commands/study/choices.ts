import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import type { HostClient, ApiInput } from '#contract/api';
import { AppError } from '#contract/errors';
import type { EngineRequest } from '#contract/specs/common';
import { describeIssues } from '#contract/specs/index';
import { studyTemplateSchema, type BenchmarkChoices } from '#contract/study-template';
import { findArtifact } from '#cli/find-artifact';
import { integerOption, numberOption, repeatable } from '#cli/options';
import { readJsonFile } from '#cli/read-json-file';

/** What can be chosen when a benchmark is started. */
export interface ChoiceOptions {
  readonly preset?: string;
  readonly model?: string;
  readonly dataset?: readonly string[];
  readonly seeds?: number;
  readonly lr?: number;
  readonly engine?: EngineRequest;
}

/** Adds the argument and the options that say which study is meant. */
export function withChoices(command: Command): Command {
  return command
    .argument(
      '<template>',
      'name of a template ("tangent study list"), a JSON file that ends in .json, or the folder specs of a report',
    )
    .option('--preset <name>', 'settings that belong together, such as paper-text or released-code')
    .option('--model <artifact>', 'the pre-trained model (default: the newest imported one that fits)')
    .option(
      '--dataset <task=artifact>',
      'the dataset of a task; repeat the option (default: the newest imported one)',
      repeatable,
    )
    .option('--seeds <n>', 'fine-tune with seeds 0 to n − 1', integerOption(1))
    .option('--lr <x>', 'largest learning rate of fine-tuning', numberOption({ above: 0 }))
    .addOption(
      new Option('--engine <name>', 'engine that computes').choices(['auto', 'native', 'wasm', 'cpu']),
    );
}

/** Reads which study is meant, and what is chosen for it. */
export async function readRequest(
  client: HostClient,
  template: string,
  options: ChoiceOptions,
): Promise<ApiInput<'studies.run'>> {
  const datasets: Record<string, string> = {};
  for (const text of options.dataset ?? []) {
    const [task, reference] = text.split('=', 2) as [string, string | undefined];
    if (reference === undefined) {
      throw new AppError(
        'invalid_input',
        `"${text}" names no dataset; write for example --dataset Cars=1a2b3c.`,
      );
    }
    datasets[task] = (await findArtifact(client, reference, 'dataset')).id;
  }
  const choices: BenchmarkChoices = {
    preset: options.preset ?? null,
    model: options.model === undefined ? null : (await findArtifact(client, options.model, 'model')).id,
    datasets,
    seeds: options.seeds === undefined ? null : Array.from({ length: options.seeds }, (_, seed) => seed),
    learningRate: options.lr ?? null,
    engine: options.engine ?? null,
  };
  const file = findDefinition(template);
  if (file === null) return { template, choices };
  const parsed = studyTemplateSchema.safeParse(await readJsonFile(file));
  if (parsed.success) return { definition: parsed.data, choices };
  throw new AppError('invalid_spec', `The study is not valid: ${describeIssues(parsed.error)}`);
}

/** The file that defines a study: itself, or the one in the folder of a report's specifications; null for a name. */
function findDefinition(template: string): string | null {
  if (template.endsWith('.json')) return template;
  const inFolder = join(template, 'study.json');
  return existsSync(inFolder) ? inFolder : null;
}
