import type { FloatKind, PageLayout, Strip } from './strip';

/** A page with strips in their places. */
export interface Page {
  readonly layout: PageLayout;
  readonly placed: readonly {
    readonly strip: Strip;
    /** Of its upper end from the top of what is printed, in points. */
    readonly y: number;
    /** Whether it was printed before, and is here for those who see the page only. */
    readonly isRepeated: boolean;
  }[];
}

/**
 * Puts strips on pages in their order. Strips that are tied stay together as long as a page has room for them; a change
 * of the layout begins a new page. A figure or a table for which a page has no room is passed over by those after it that
 * the page has room for.
 *
 * @param textHeight how high what is printed on a page can be, in points
 */
export function flowStrips(strips: readonly Strip[], textHeight: (layout: PageLayout) => number): Page[] {
  const pages: { layout: PageLayout; placed: { strip: Strip; y: number; isRepeated: boolean }[] }[] = [];
  let y = 0;
  const begin = (first: Strip) => {
    const last = pages.at(-1)?.placed.at(-1);
    if (first.repeated.length > 0 && last !== undefined) {
      last.strip = { ...last.strip, parts: [...last.strip.parts, ...last.strip.closing] };
    }
    pages.push({ layout: first.layout, placed: [] });
    y = 0;
    for (const strip of first.repeated) put(strip, true);
  };
  const put = (strip: Strip, isRepeated: boolean) => {
    const { placed } = pages.at(-1)!;
    y += distance(placed.at(-1)?.strip, strip);
    placed.push({ strip, y, isRepeated });
    y += strip.height;
  };
  const hasRoom = (part: readonly Strip[]) => {
    const page = pages.at(-1);
    if (page?.layout !== part[0].layout) return false;
    return y + heightOf(part, page.placed.at(-1)?.strip) <= textHeight(page.layout) + tolerance;
  };
  const chunks = groupTied(strips);
  while (chunks.length > 0) {
    const passing = hasRoom(chunks[0]) ? 0 : findPassing(chunks, hasRoom);
    const [chunk] = chunks.splice(passing ?? 0, 1);
    if (passing === null) begin(chunk[0]);
    for (const strip of chunk) {
      // Only where a chunk is higher than a page.
      if (!hasRoom([strip]) && pages.at(-1)!.placed.some(({ isRepeated }) => !isRepeated)) begin(strip);
      put(strip, false);
    }
  }
  return pages;
}

/** How many figures and tables may be passed over. */
const mostPassed = 4;

/** Finds the first float that a page has room for and that none of its kind stands before; null for none. */
function findPassing(
  chunks: readonly (readonly Strip[])[],
  hasRoom: (chunk: readonly Strip[]) => boolean,
): number | null {
  const passed = new Set<FloatKind>();
  for (const [c, chunk] of chunks.slice(0, mostPassed + 1).entries()) {
    const { float } = chunk[0];
    if (float === null) return null;
    if (!passed.has(float) && hasRoom(chunk)) return c;
    passed.add(float);
  }
  return null;
}

/** What sums of heights may be wrong by, in points. */
const tolerance = 1e-6;

/** Height of strips that follow each other, with the distance from what is above them; in points. */
export function heightOf(strips: readonly Strip[], above?: Strip): number {
  let previous = above;
  let height = 0;
  for (const strip of strips) {
    height += distance(previous, strip) + strip.height;
    previous = strip;
  }
  return height;
}

function distance(above: Strip | undefined, below: Strip): number {
  return above === undefined ? 0 : Math.max(above.spaceAfter, below.space);
}

function groupTied(strips: readonly Strip[]): Strip[][] {
  const groups: Strip[][] = [];
  let previous: Strip | null = null;
  for (const strip of strips) {
    if (previous?.isTied && previous.layout === strip.layout) groups.at(-1)!.push(strip);
    else groups.push([strip]);
    previous = strip;
  }
  return groups;
}
