/** An edited model: θ0 + α Σ_t τ_t over some of a run's task vectors. */
export interface Edit {
  /** Which task vectors are summed, by their place in the run, ascending; none for θ0. */
  readonly vectors: readonly number[];
  /** α, of either sign; 0 for θ0. */
  readonly scalingCoef: number;
}

/** θ0, the same model whatever the task vectors. */
export const pretrainedEdit: Edit = { vectors: [], scalingCoef: 0 };

/** Makes the edit θ0 + α Σ_t τ_t; α = 0 is one edit, whatever the task vectors. */
export function scaleVectors(vectors: readonly number[], scalingCoef: number): Edit {
  return scalingCoef === 0 ? pretrainedEdit : { vectors, scalingCoef };
}

/** Names the direction Σ_t τ_t of an edit. */
export function directionKey({ vectors }: Edit): string {
  return vectors.join('+');
}

/**
 * Cuts edits, in their order, into as few groups as have at most so many directions each. θ0 needs none.
 *
 * @param most directions in a group, at least 1
 */
export function groupByDirection(edits: readonly Edit[], most: number): Edit[][] {
  const groups: Edit[][] = [[]];
  let directions = new Set<string>();
  for (const edit of edits) {
    const key = directionKey(edit);
    if (edit.vectors.length > 0 && !directions.has(key)) {
      if (directions.size === most) {
        groups.push([]);
        directions = new Set();
      }
      directions.add(key);
    }
    groups.at(-1)!.push(edit);
  }
  return groups;
}
