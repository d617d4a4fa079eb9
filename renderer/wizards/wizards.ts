import { disentanglementWizard } from './disentanglement/wizard';
import { editAddWizard } from './edit-add/wizard';
import { editNegateWizard } from './edit-negate/wizard';
import { finetuneWizard } from './finetune/wizard';
import { ntkWizard } from './ntk/wizard';
import type { Wizard } from './wizard';

/** All wizards, in the order in which one comes to need them. */
export const wizards: readonly Wizard[] = [
  finetuneWizard,
  editAddWizard,
  editNegateWizard,
  disentanglementWizard,
  ntkWizard,
];
