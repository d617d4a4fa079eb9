import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import type { FolderListing } from '#contract/folder-listing';
import { asAppError } from './as-app-error';

/** Where this browser keeps the folder last used. */
const key = 'tangent.folder';

/** The folder of the host's machine in which somebody is looking for something. */
export class FolderState {
  #listing = $state.raw<FolderListing | null>(null);
  #error = $state.raw<AppError | null>(null);
  #showsHidden = $state(false);
  readonly #client: HostClient;
  /** Answers may overtake each other; only the newest question counts. */
  #asked = 0;

  constructor(client: HostClient) {
    this.#client = client;
  }

  /** Null until the host has answered. */
  get listing(): FolderListing | null {
    return this.#listing;
  }

  /** Why the folder that was asked for cannot be shown; the one before stays. */
  get error(): AppError | null {
    return this.#error;
  }

  get showsHidden(): boolean {
    return this.#showsHidden;
  }

  /** What is chosen: the file that was asked for, else the folder. */
  readonly chosen: string | null = $derived(this.#listing?.file ?? this.#listing?.path ?? null);

  /** Opens the folder last used, or where people keep their files if that is gone. */
  async openLast(): Promise<void> {
    const last = window.localStorage.getItem(key);
    if (last === null || !(await this.open(last))) await this.open(null);
  }

  /**
   * Opens a folder, or chooses a file.
   *
   * @returns whether it could be done
   */
  async open(path: string | null): Promise<boolean> {
    const question = ++this.#asked;
    try {
      const listing = await this.#client.query('files.list', { path, hidden: this.#showsHidden });
      if (question !== this.#asked) return false;
      this.#listing = listing;
      this.#error = null;
      window.localStorage.setItem(key, listing.path);
      return true;
    } catch (thrown) {
      if (question === this.#asked) this.#error = asAppError(thrown);
      return false;
    }
  }

  /** Shows names that begin with a dot, or leaves them out. */
  async showHidden(shows: boolean): Promise<void> {
    this.#showsHidden = shows;
    await this.open(this.chosen);
  }
}
