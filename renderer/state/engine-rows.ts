import type { EngineReport, EngineVariant } from '#contract/engines';

/** An engine as the settings show it. */
export interface EngineRow {
  readonly name: string;
  /** Whether runs get it that leave the choice to the machine. */
  readonly isUsed: boolean;
  /** What it is, or why it is not used. */
  readonly detail: string;
}

const names: Readonly<Record<EngineVariant, string>> = {
  gpu: 'Native TensorFlow on an NVIDIA GPU',
  cpu: 'Native TensorFlow on the processor',
};

/** Says of every engine whether it is used, and if not why. */
export function describeEngines(report: EngineReport): EngineRow[] {
  return [nativeRow(report, 'gpu'), nativeRow(report, 'cpu'), wasmRow(report)];
}

function nativeRow(report: EngineReport, variant: EngineVariant): EngineRow {
  const { installed, started, notInstallable } = report;
  const name = names[variant];
  // The worker loads the first one that fits this processor and this version.
  const loaded = installed.find(({ isCurrent }) => isCurrent);
  if (started?.name === 'native' && (loaded?.variant ?? started.device) === variant) {
    const origin = loaded === undefined ? ', named by the variable TANGENT_NATIVE_ENGINE' : '';
    const without =
      variant === 'gpu' && started.device === 'cpu' ? '; it found no GPU and computes on the processor' : '';
    return {
      name,
      isUsed: true,
      detail: `TensorFlow ${started.version}, ${threadsOf(started.threads)}${origin}${without}`,
    };
  }
  const own = installed.find((engine) => engine.variant === variant);
  const row = (detail: string): EngineRow => ({ name, isUsed: false, detail });
  if (own === undefined) return row(notInstallable ?? 'Not installed.');
  if (!own.isCurrent) {
    return row(
      `Installed for another processor (${own.processor}) or another version of the program; install it again.`,
    );
  }
  if (started?.name === 'native') return row('Installed. The one for the GPU is taken first.');
  const reason = started?.refused.find((refused) => refused.name === 'native')?.reason ?? report.problem;
  return row(`Installed, not used: ${reason ?? 'no reason is known'}`);
}

function wasmRow({ started, wasmProblem, choice }: EngineReport): EngineRow {
  const name = 'WebAssembly';
  if (started?.name === 'wasm') {
    return { name, isUsed: true, detail: `TensorFlow.js ${started.version}, ${threadsOf(started.threads)}` };
  }
  if (wasmProblem !== null) return { name, isUsed: false, detail: `Does not start: ${wasmProblem}` };
  const detail =
    choice === 'native'
      ? 'Ready. The choice below allows the native engine only.'
      : 'Ready. The native engine is faster.';
  return { name, isUsed: false, detail };
}

function threadsOf(count: number): string {
  return `${count} thread${count === 1 ? '' : 's'} per run`;
}
