/** Height of a row in a long table, in pixels. */
export const rowHeight = 37;
/** Rows above and below those in sight, so that a turn of the wheel finds them there. */
const margin = 20;

/** Which rows of a long table are in sight, while the page scrolls. */
export class RowWindow {
  #first = $state(0);
  #last = $state(margin);
  #body: HTMLElement | null = null;

  /** Place of the first row to draw. */
  get first(): number {
    return this.#first;
  }

  /** Place of the last row to draw, whether there is one or not. */
  get last(): number {
    return this.#last;
  }

  /** Notes which element holds the rows. */
  attach(body: HTMLElement): void {
    this.#body = body;
    this.measure();
  }

  /** To be called when the page has scrolled or changed its size. */
  measure(): void {
    if (this.#body === null) return;
    const above = Math.floor(-this.#body.getBoundingClientRect().top / rowHeight);
    this.#first = Math.max(0, above - margin);
    this.#last = Math.max(0, above) + Math.ceil(window.innerHeight / rowHeight) + margin;
  }
}
