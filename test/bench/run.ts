import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readAppInfo } from '#host/app-info';
import { lineUp } from './line-up';
import { measureMemory, measureTimes } from './measure';
import { Measurements } from './measurements';
import { contestantNames } from './protocol';
import { formatReport } from './report';
import { sizeNames } from './sizes';

// `npm run bench` measures everything and writes results.md. Any option makes it a trial, which is only printed:
// --rounds <n>, --size <name>, --only <contestant,contestant>.
const options = parseArgs({
  options: { rounds: { type: 'string' }, size: { type: 'string' }, only: { type: 'string' } },
}).values;

const trialSchema = z.object({
  rounds: z.coerce.number().int().min(1).optional(),
  size: z.enum(sizeNames).optional(),
  only: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(z.enum(contestantNames)))
    .optional(),
});

try {
  const trial = trialSchema.safeParse(options);
  if (!trial.success) throw new Error(z.prettifyError(trial.error));
  const { rounds, size, only } = trial.data;
  const sizes = size === undefined ? sizeNames : [size];
  const app = readAppInfo(import.meta.dirname);
  const contestants = await lineUp(only ?? contestantNames, app, log);
  const measured = new Measurements();
  for (const name of sizes) {
    await measureTimes(name, contestants, measured, log, rounds);
    // Peaks are read from /proc.
    if (process.platform === 'linux') await measureMemory(name, contestants, measured, log);
  }
  const report = formatReport({ app, lineUp: contestants, sizes, rounds, measured });
  process.stdout.write(report);
  if (Object.keys(options).length === 0) {
    await writeFile(join(app.root, 'test', 'bench', 'results.md'), report);
  }
} catch (error) {
  log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
