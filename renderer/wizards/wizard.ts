import type { Component } from 'svelte';
import type { HostClient } from '#contract/api';
import type { RunSpec } from '#contract/specs/index';
import type { Draft, DraftState } from './draft-state.svelte';
import type { WizardKind } from './kinds';

/** What a step of a wizard is given. */
export interface StepProps {
  readonly client: HostClient;
  readonly draft: DraftState<RunSpec>;
}

/** One step of a wizard. */
export interface WizardStep {
  readonly title: string;
  readonly component: Component<StepProps>;
  /** Paths of the fields of the step; it is done when nothing is wrong with them. */
  readonly fields: readonly string[];
}

/** A few steps that end in a specification, which the last step shows and submits. */
export interface Wizard {
  readonly kind: WizardKind;
  readonly title: string;
  /** What it is for, in one sentence. */
  readonly summary: string;
  readonly empty: () => Draft;
  readonly steps: readonly WizardStep[];
}
