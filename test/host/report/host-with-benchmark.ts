import { planStudy } from '#host/benchmark/plan-study';
import type { Host } from '#host/open-host';
import { benchmarkWorker, writeStarterModel } from '#test/support/benchmark-worker';
import { smallBenchmark, unchosen } from '#test/support/benchmarks';
import { openTestHost, until } from '#test/support/host-fixture';

/**
 * Opens a host in which a small benchmark has run with made-up numbers.
 *
 * @param dataDirectory a folder; one in which it has run before is taken as it is
 */
export async function hostWithBenchmark(dataDirectory: string): Promise<{ host: Host; studyId: string }> {
  const { host } = await openTestHost({ script: benchmarkWorker(), maxWorkers: 4, dataDirectory });
  const earlier = host.catalog.studies.list().at(0);
  if (earlier !== undefined) return { host, studyId: earlier.id };
  writeStarterModel(host.root);
  const { id: studyId } = host.studies.start(await planStudy(smallBenchmark(), unchosen, host));
  await until(host.studies.touched, () => host.studies.record(studyId).state !== 'running');
  return { host, studyId };
}
