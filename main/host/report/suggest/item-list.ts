import type { z } from 'zod';
import type { FigureWidth } from '#contract/figure-style';
import type { figureSourceSchema, reportItemSchema, tableSourceSchema } from '#contract/report';
import { takeName } from '#report/bundle/safe-name';

type WrittenItem = z.input<typeof reportItemSchema>;

/** Pieces of a report as they are put together, each with an id that says what it is. */
export class ItemList {
  readonly #items: WrittenItem[] = [];
  readonly #taken = new Set<string>();

  /** Everything that was added, in that order; sources without their defaults. */
  get items(): readonly WrittenItem[] {
    return this.#items;
  }

  addText(name: string, heading: string, paragraphs: readonly string[]): void {
    this.#items.push({ kind: 'text', id: this.#id('text', name), heading, text: paragraphs.join('\n\n') });
  }

  addTable(name: string, source: z.input<typeof tableSourceSchema>): void {
    this.#items.push({ kind: 'table', id: this.#id('table', name), source, caption: null });
  }

  addFigure(name: string, width: FigureWidth, source: z.input<typeof figureSourceSchema>): void {
    this.#items.push({ kind: 'figure', id: this.#id('figure', name), source, width, caption: null });
  }

  #id(kind: WrittenItem['kind'], name: string): string {
    return takeName(`${kind}-${name}`, this.#taken);
  }
}
