import type { EnvironmentRecord } from '#contract/events';

/**
 * Says what runs were computed with, in words.
 *
 * @param records one for each run
 * @returns program, engines, and machines; each line once, in the order of the runs
 */
export function describeEnvironments(records: readonly EnvironmentRecord[]): string[] {
  const lines = [describeProgram, describeEngine, describeMachine].flatMap((describe) =>
    records.map(describe),
  );
  return [...new Set(lines)].filter((line) => line !== '');
}

function describeProgram({ appVersion, appCommit }: EnvironmentRecord): string {
  return `Tangent Workbench ${appVersion}${appCommit === null ? '' : ` (commit ${appCommit.slice(0, 12)})`}`;
}

/** Empty for a run that computes nothing with an engine, such as an import. */
function describeEngine({ engine }: EnvironmentRecord): string {
  const { name, device, version, threads, deterministic } = engine;
  if (name === 'none') return '';
  const where = `on the ${device.toUpperCase()}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  const promise = deterministic ? 'equal inputs give equal bits' : 'equal inputs may differ in the last bits';
  return `Engine ${name} ${version} ${where}: ${promise}`;
}

function describeMachine({ node, platform, cpu }: EnvironmentRecord): string {
  return `Node.js ${node} on ${platform}, ${cpu}`;
}
