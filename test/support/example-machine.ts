import type { EngineReport } from '#contract/engines';
import type { CleaningPlan, StorageReport } from '#contract/storage';

/** A machine with the native engine for its processor. */
export const exampleEngines: EngineReport = {
  choice: 'auto',
  installed: [
    {
      variant: 'cpu',
      tensorflow: '2.21.0',
      compiler: 'g++ 14',
      processor: 'any processor',
      folder: '/home/researcher/.tangent-workbench/engines/cpu',
      isCurrent: true,
    },
  ],
  notInstallable: null,
  started: { name: 'native', device: 'cpu', version: '2.21.0', threads: 1, deterministic: true, refused: [] },
  problem: null,
  wasmProblem: null,
};

/** A data directory of some gigabytes. */
export const exampleStorage: StorageReport = {
  root: '/home/researcher/.tangent-workbench',
  freeBytes: 50e9,
  diskBytes: 100e9,
  totalBytes: 3_000_000_000,
  artifacts: [
    { kind: 'task-vector', count: 12, bytes: 2_000_000_000 },
    { kind: null, count: 2, bytes: 100_000_000 },
  ],
  parts: [
    { part: 'engines', count: 2, bytes: 800_000_000 },
    { part: 'catalog', count: 3, bytes: 100_000_000 },
  ],
};

/** What can go from it. */
export const exampleCleaning: CleaningPlan = {
  id: 'plan1',
  groups: [
    { group: 'temporary', count: 0, bytes: 0, blocked: null },
    { group: 'checkpoints', count: 0, bytes: 0, blocked: null },
    { group: 'labs', count: 2, bytes: 4_000_000, blocked: null },
    { group: 'unreferenced', count: 0, bytes: 0, blocked: 'A run is under way.' },
    { group: 'engines', count: 0, bytes: 0, blocked: null },
    { group: 'wheels', count: 1, bytes: 270_000_000, blocked: null },
  ],
};
