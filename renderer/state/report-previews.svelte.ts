import { SvelteMap } from 'svelte/reactivity';
import type { ApiRequest, HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import type { ReportDocument, ReportPreview } from '#contract/report';
import { asAppError } from './as-app-error';
import type { MadeItem } from './report-items';

/** A piece in the look of its report. */
export type PreviewRequest = ApiRequest<'reports.preview'> & { readonly item: MadeItem };

/** What is known of a piece: what it last looked like, whether that is how it is now, or why it is not known. */
export interface PieceView {
  readonly preview: ReportPreview | null;
  readonly isCurrent: boolean;
  readonly error: AppError | null;
}

type Answer = { readonly preview: ReportPreview } | { readonly error: AppError };

/** Pieces that are made at the same time. */
const mostAtOnce = 2;
/** Answers that are kept; those of other looks go first. */
const mostKept = 400;

/** What pieces of a report look like; each look of each is asked for once. */
export class ReportPreviews {
  readonly #answers = new SvelteMap<string, Answer>();
  /** What was made last of a source, in whatever look. */
  readonly #seen = new Map<string, ReportPreview>();
  readonly #client: HostClient;
  #wanted: readonly PreviewRequest[] = [];
  readonly #asked = new Set<string>();

  constructor(client: HostClient) {
    this.#client = client;
  }

  /** Says what is to be seen, in the order in which it is asked for; what was wanted before and is not any more is not. */
  want(requests: readonly PreviewRequest[]): void {
    this.#wanted = requests;
    this.#next();
  }

  /** What is known of a piece. */
  view({ item, style, spread }: PreviewRequest): PieceView {
    const answer = this.#answers.get(keyOf({ item, style, spread }));
    if (answer === undefined) {
      return { preview: this.#seen.get(sourceOf(item)) ?? null, isCurrent: false, error: null };
    }
    if ('error' in answer) return { preview: null, isCurrent: true, error: answer.error };
    return { preview: answer.preview, isCurrent: true, error: null };
  }

  /** Asks again for what could not be made. */
  retry(): void {
    for (const [key, answer] of this.#answers) {
      if ('error' in answer || answer.preview.kind === 'gap') this.#answers.delete(key);
    }
    this.#next();
  }

  /** Asks again, after the connection was broken. */
  reload(): Promise<void> {
    this.retry();
    return Promise.resolve();
  }

  /** Asks for nothing more. */
  close(): void {
    this.#wanted = [];
  }

  #next(): void {
    while (this.#asked.size < mostAtOnce) {
      const request = this.#wanted.find((wanted) => {
        const key = keyOf(wanted);
        return !this.#answers.has(key) && !this.#asked.has(key);
      });
      if (request === undefined) return;
      void this.#ask(request);
    }
  }

  async #ask(request: PreviewRequest): Promise<void> {
    const key = keyOf(request);
    this.#asked.add(key);
    try {
      // What people write below it stands beside it, and does not change it.
      const item = { ...request.item, caption: null };
      const preview = await this.#client.query('reports.preview', { ...request, item });
      this.#seen.set(sourceOf(item), preview);
      this.#answers.set(key, { preview });
    } catch (error) {
      this.#answers.set(key, { error: asAppError(error) });
    }
    this.#asked.delete(key);
    if (this.#answers.size > mostKept) this.#forget();
    this.#next();
  }

  #forget(): void {
    const wanted = new Set(this.#wanted.map(keyOf));
    for (const key of this.#answers.keys()) if (!wanted.has(key)) this.#answers.delete(key);
  }
}

/** Says what to ask for to see a piece in the look of a report. */
export function requestOf(
  item: MadeItem,
  { style, spread }: Pick<ReportDocument, 'style' | 'spread'>,
): PreviewRequest {
  return { item, style, spread };
}

function sourceOf({ source }: MadeItem): string {
  return JSON.stringify(source);
}

/** What decides how a piece looks: tables have no style, and captions change nothing. */
function keyOf({ item, style, spread }: PreviewRequest): string {
  return item.kind === 'figure'
    ? JSON.stringify([item.source, item.width, style, spread])
    : JSON.stringify([item.source, spread]);
}
