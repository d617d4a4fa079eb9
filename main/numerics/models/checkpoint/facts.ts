/** Something that was found out about a checkpoint, and where. */
export interface Fact {
  /** For example `activation`. */
  readonly field: string;
  /** As people read it. */
  readonly value: string;
  /** For example `config.json`, `the classes of the modules`, `your choice`. */
  readonly source: string;
}

/** A possible answer, with where it comes from; undefined if that place is silent. */
export interface Evidence<T> {
  readonly value: T | undefined;
  readonly source: string;
  /** What is taken where the files are silent: no choice contradicts it. */
  readonly isFallback?: boolean;
}

/** Collects what is found out about a checkpoint, and what ought to make its user wary. */
export class Facts {
  readonly list: Fact[] = [];
  readonly warnings: string[] = [];

  /** Notes a fact. */
  note(field: string, value: string, source: string): void {
    this.list.push({ field, value, source });
  }

  /**
   * Takes a choice or else the first piece of evidence that says something, notes it, and warns where other
   * evidence contradicts it.
   *
   * @param field what it is about
   * @param choice what somebody says instead
   * @param evidence best first
   * @param show writes a value for people
   * @returns the value, or undefined if nothing says anything
   */
  decide<T>(
    field: string,
    choice: Evidence<T>,
    evidence: readonly Evidence<T>[],
    show: (value: T) => string = String,
  ): T | undefined {
    const found = evidence.filter((piece) => piece.value !== undefined);
    const chosen = choice.value === undefined ? found.at(0) : choice;
    if (chosen?.value === undefined) return undefined;
    this.note(field, show(chosen.value), chosen.source);
    const contrary = found.find(
      ({ value, isFallback }) =>
        value !== undefined && isFallback !== true && show(value) !== show(chosen.value!),
    );
    if (contrary?.value !== undefined) {
      this.warnings.push(
        `${field}: ${chosen.source} says ${show(chosen.value)}, but ${contrary.source} says ${show(contrary.value)}; the wrong one costs accuracy without any error`,
      );
    }
    return chosen.value;
  }
}
