import { reportDocumentSchema, type ReportDocument } from '#contract/report';

/** What this browser keeps of a report that the host has not saved yet, in case the page goes or the host is away. */
export class UnsavedReport {
  readonly #key: string;

  /** @param name the report's id, or what a new one is about */
  constructor(name: string) {
    this.#key = `tangent.report.${name}`;
  }

  /**
   * Returns what was kept.
   *
   * @param since milliseconds since 1970: what is older was saved since, perhaps from another window
   */
  read(since: number): ReportDocument | null {
    const text = window.localStorage.getItem(this.#key);
    if (text === null) return null;
    try {
      const { at, document } = JSON.parse(text) as Readonly<Record<string, unknown>>;
      return typeof at === 'number' && at > since ? reportDocumentSchema.parse(document) : null;
    } catch {
      // Another version wrote it: what the host has is what there is.
      return null;
    }
  }

  keep(document: ReportDocument): void {
    try {
      window.localStorage.setItem(this.#key, JSON.stringify({ at: Date.now(), document }));
    } catch {
      // A browser that has no room for it has the report as long as the page is open.
    }
  }

  forget(): void {
    window.localStorage.removeItem(this.#key);
  }
}
