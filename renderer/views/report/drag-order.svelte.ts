/** Pixels at the edges of what scrolls in which a dragged row scrolls it. */
const edge = 48;
const scrollStep = 12;

/** A row of a list that is dragged to another place by a pointer; nothing is moved before it is let go. */
export class DragOrder {
  #dragged = $state.raw<string | null>(null);
  #target = $state(0);
  readonly #list: () => HTMLElement;
  readonly #onDrop: (id: string, place: number) => void;

  /**
   * @param list the element whose children are the rows, each with its id in `data-piece`
   * @param onDrop is told the id of a row and its new place among the others
   */
  constructor(list: () => HTMLElement, onDrop: (id: string, place: number) => void) {
    this.#list = list;
    this.#onDrop = onDrop;
  }

  /** Id of the row under the pointer; null for none. */
  get dragged(): string | null {
    return this.#dragged;
  }

  /** Where it would be put, among the others. */
  get target(): number {
    return this.#target;
  }

  begin(event: PointerEvent, id: string): void {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#dragged = id;
    this.#target = this.#rows().findIndex(({ dataset }) => dataset.piece === id);
  }

  follow(event: PointerEvent): void {
    if (this.#dragged === null) return;
    const others = this.#rows().filter(({ dataset }) => dataset.piece !== this.#dragged);
    this.#target = others.filter((row) => middleOf(row) < event.clientY).length;
    const scroller = scrollerOf(this.#list());
    const { top, bottom } = scroller.getBoundingClientRect();
    if (event.clientY < Math.max(0, top) + edge) scroller.scrollBy(0, -scrollStep);
    else if (event.clientY > Math.min(window.innerHeight, bottom) - edge) scroller.scrollBy(0, scrollStep);
  }

  drop(): void {
    if (this.#dragged !== null) this.#onDrop(this.#dragged, this.#target);
    this.#dragged = null;
  }

  cancel(): void {
    this.#dragged = null;
  }

  #rows(): HTMLElement[] {
    return [...this.#list().querySelectorAll<HTMLElement>('[data-piece]')];
  }
}

function middleOf(row: HTMLElement): number {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}

function scrollerOf(element: HTMLElement): HTMLElement {
  for (let around = element.parentElement; around !== null; around = around.parentElement) {
    if (around.scrollHeight > around.clientHeight && getComputedStyle(around).overflowY === 'auto') {
      return around;
    }
  }
  return document.documentElement;
}
