import type { EnvironmentRecord } from '#contract/events';
import type { ReportDocument } from '#contract/report';

/**
 * Writes the commands that make the numbers of a report again in a data directory of their own, and the report itself.
 * They are for the folder of the bundle.
 *
 * @param look what the report looks like
 * @param environments what its runs were computed with
 */
export function repeatCommands(
  { style, spread }: Pick<ReportDocument, 'style' | 'spread'>,
  environments: readonly EnvironmentRecord[],
): string[] {
  const tangent = 'tangent --data-dir again';
  const engines = new Set(environments.map(({ engine }) => engine.name).filter((name) => name !== 'none'));
  const [engine] = engines.size === 1 ? engines : [];
  const options = [
    ...(style.preset === 'plain' ? [] : [`--preset ${style.preset}`]),
    ...(style.palette === 'color-blind' ? [] : [`--palette ${style.palette}`]),
    ...(spread === 'deviation' ? [] : [`--spread ${spread}`]),
  ];
  return [
    ...(engine === 'native' ? [`${tangent} engine install`] : []),
    ...(engine === 'native' || engine === 'wasm' ? [`${tangent} engine use ${engine}`] : []),
    `${tangent} study run specs`,
    [tangent, 'report', '--out report-again', ...options].join(' '),
  ];
}
