import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import type { FigureStyle } from '#contract/figure-style';
import type { ReportDocument, ReportItem } from '#contract/report';
import { asAppError } from './as-app-error';
import { insertItems, moveItem } from './report-items';
import { UndoHistory } from './undo-history.svelte';
import { UnsavedReport } from './unsaved-report';

/** The report is saved when nothing was changed for so long. */
const pauseMs = 600;

/** Where a report comes from: the catalog, or what the host suggests for a study or for runs. */
export type ReportOrigin = { readonly reportId: string } | { readonly subject: ReportDocument['subject'] };

/** Whether the host has what is shown; `new` is a suggestion that nobody has changed. */
export type SaveState = 'new' | 'saved' | 'changed' | 'saving' | 'untitled' | 'failed';

/** One report as it is arranged: every change can be undone, and is saved after a pause. */
export class ReportState {
  #document = $state.raw<ReportDocument | null>(null);
  #reportId = $state.raw<string | null>(null);
  #error = $state.raw<AppError | null>(null);
  #saveState = $state.raw<SaveState>('saved');
  readonly #client: HostClient;
  readonly #origin: ReportOrigin;
  readonly #history = new UndoHistory<ReportDocument>();
  #unsaved: UnsavedReport;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSaving = false;
  #isClosed = false;

  constructor(client: HostClient, origin: ReportOrigin) {
    this.#client = client;
    this.#origin = origin;
    this.#unsaved = new UnsavedReport(
      'reportId' in origin ? origin.reportId : JSON.stringify(origin.subject),
    );
    void this.reload();
  }

  /** Null until the host has answered. */
  get document(): ReportDocument | null {
    return this.#document;
  }

  /** Its id in the catalog; null before it is saved for the first time. */
  get reportId(): string | null {
    return this.#reportId;
  }

  /** Why it cannot be shown, or was not saved. */
  get error(): AppError | null {
    return this.#error;
  }

  get saveState(): SaveState {
    return this.#saveState;
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  /** Asks for the report, or saves what could not be saved; to be called again after the connection was broken. */
  async reload(): Promise<void> {
    if (this.#document !== null) {
      if (this.#saveState === 'failed') await this.save();
      return;
    }
    try {
      const { document, at } = await this.#load();
      const kept = this.#unsaved.read(at);
      this.#document = kept ?? document;
      this.#error = null;
      if (kept !== null) this.#plan();
    } catch (error) {
      this.#error = asAppError(error);
    }
  }

  async #load(): Promise<{ document: ReportDocument; at: number }> {
    if ('subject' in this.#origin) {
      const { subject } = this.#origin;
      const document = await this.#client.query('reports.suggest', { subject });
      this.#saveState = 'new';
      return { document, at: 0 };
    }
    const { id, document, updatedAt } = await this.#client.query('reports.get', {
      reportId: this.#origin.reportId,
    });
    this.#reportId = id;
    return { document, at: updatedAt };
  }

  set(changes: Partial<Pick<ReportDocument, 'title' | 'authors' | 'spread'>>): void {
    this.#edit((document) => ({ ...document, ...changes }), Object.keys(changes).join());
  }

  setStyle(changes: Partial<FigureStyle>): void {
    this.#edit((document) => ({ ...document, style: { ...document.style, ...changes } }));
  }

  /** Changes fields of a piece that has them. */
  setItem(id: string, changes: Readonly<Record<string, unknown>>): void {
    this.#edit(
      (document) => ({
        ...document,
        items: document.items.map((item) => (item.id === id ? { ...item, ...changes } : item)),
      }),
      `${Object.keys(changes).join()} ${id}`,
    );
  }

  /** Puts a piece at a place among the others. */
  move(id: string, place: number): void {
    this.#edit((document) => ({ ...document, items: moveItem(document.items, id, place) }));
  }

  remove(id: string): void {
    this.#edit((document) => ({ ...document, items: document.items.filter((item) => item.id !== id) }));
  }

  /**
   * Adds a piece behind another.
   *
   * @param after id of the one before it; null for the end
   * @returns its id in the report
   */
  add(item: ReportItem, after: string | null): string {
    let added = item.id;
    this.#edit((document) => {
      const { items, ids } = insertItems(document.items, [item], after);
      added = ids[0];
      return { ...document, items };
    });
    return added;
  }

  undo(): void {
    if (this.#document !== null) this.#take(this.#history.undo(this.#document));
  }

  redo(): void {
    if (this.#document !== null) this.#take(this.#history.redo(this.#document));
  }

  #edit(change: (document: ReportDocument) => ReportDocument, of: string | null = null): void {
    if (this.#document === null) return;
    const changed = change(this.#document);
    if (JSON.stringify(changed) === JSON.stringify(this.#document)) return;
    this.#history.note(this.#document, of);
    this.#take(changed);
  }

  #take(document: ReportDocument | null): void {
    if (document === null) return;
    this.#document = document;
    this.#unsaved.keep(document);
    this.#plan();
  }

  /** A title is what a report is found by. */
  #plan(): void {
    clearTimeout(this.#timer);
    const isTitled = this.#document?.title !== '';
    this.#saveState = isTitled ? 'changed' : 'untitled';
    if (isTitled) this.#timer = setTimeout(() => void this.save(), pauseMs);
  }

  /** Saves it now; what is changed meanwhile is saved afterwards. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    const document = this.#document;
    if (document === null || document.title === '' || this.#isSaving) return;
    this.#isSaving = true;
    this.#saveState = 'saving';
    try {
      const { id } = await this.#client.mutate('reports.save', { reportId: this.#reportId, document });
      this.#unsaved.forget();
      if (this.#reportId === null) this.#unsaved = new UnsavedReport(id);
      this.#reportId = id;
      this.#error = null;
      this.#saveState = 'saved';
    } catch (error) {
      this.#error = asAppError(error);
      this.#saveState = 'failed';
    }
    this.#isSaving = false;
    const current = this.#document;
    if (current === null || current === document) return;
    this.#unsaved.keep(current);
    if (this.#isClosed) await this.save();
    else this.#plan();
  }

  /** Saves what is not saved yet. */
  close(): void {
    this.#isClosed = true;
    if (this.#saveState === 'changed') void this.save();
  }
}
