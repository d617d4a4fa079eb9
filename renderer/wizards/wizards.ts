import { classHeadWizard } from './class-head/wizard';
import { disentanglementWizard } from './disentanglement/wizard';
import { editAddWizard } from './edit-add/wizard';
import { editNegateWizard } from './edit-negate/wizard';
import { finetuneWizard } from './finetune/wizard';
import { importDatasetWizard } from './import-dataset/wizard';
import { importHeadWizard } from './import-head/wizard';
import { importModelWizard } from './import-model/wizard';
import { importTaskVectorWizard } from './import-task-vector/wizard';
import { initializeModelWizard } from './initialize-model/wizard';
import { ntkWizard } from './ntk/wizard';
import type { Wizard } from './wizard';
import { zeroShotHeadWizard } from './zero-shot-head/wizard';

/** Wizards of experiments, in the order in which one comes to need them. */
export const experimentWizards: readonly Wizard[] = [
  finetuneWizard,
  editAddWizard,
  editNegateWizard,
  disentanglementWizard,
  ntkWizard,
];

/** Wizards that bring in or make what experiments need. */
export const materialWizards: readonly Wizard[] = [
  importModelWizard,
  importDatasetWizard,
  zeroShotHeadWizard,
  importTaskVectorWizard,
  importHeadWizard,
  classHeadWizard,
  initializeModelWizard,
];

/** All of them. */
export const wizards: readonly Wizard[] = [...experimentWizards, ...materialWizards];
