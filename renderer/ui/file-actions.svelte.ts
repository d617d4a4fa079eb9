import type { AppError } from '#contract/errors';
import type { MadeFile } from '#contract/report';
import { asAppError } from '../state/as-app-error';
import { copyFile } from './copy-file';
import { saveFile } from './save-file';

/** Copies and saves files that the host makes, and says what became of it. */
export class FileActions {
  /** What happened last; empty before. */
  said = $state('');
  /** Why a file could not be made. */
  error = $state.raw<AppError | null>(null);

  /** Puts a file on the clipboard, within a click. */
  copy(making: Promise<MadeFile>, { label, mediaType }: { label: string; mediaType: string }): Promise<void> {
    return this.#attempt(async () => {
      await copyFile(making, mediaType);
      return `Copied as ${label}`;
    });
  }

  /** Saves a file as a download. */
  save(making: Promise<MadeFile>): Promise<void> {
    return this.#attempt(async () => {
      const { name, bytes, mediaType } = await making;
      saveFile(name, bytes as Uint8Array<ArrayBuffer>, mediaType);
      return `Saved as ${name}`;
    });
  }

  async #attempt(work: () => Promise<string>): Promise<void> {
    this.error = null;
    this.said = 'Making it…';
    try {
      this.said = await work();
    } catch (thrown) {
      this.said = '';
      if (thrown instanceof DOMException) this.said = 'The browser refuses the clipboard: save the file.';
      else this.error = asAppError(thrown);
    }
  }
}
