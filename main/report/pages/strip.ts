import type { FontWeight } from '../drawing/fonts';
import type { Scene } from '../drawing/scene';

/** Something printed on a page; coordinates in points from the upper left end of its strip, y downwards. */
export type Ink =
  | {
      readonly kind: 'text';
      readonly x: number;
      /** Of the baseline. */
      readonly y: number;
      /** Of characters that our fonts have. */
      readonly text: string;
      /** In points. */
      readonly size: number;
      readonly weight: FontWeight;
      readonly color: string;
    }
  /** A horizontal line; y of its middle. */
  | {
      readonly kind: 'rule';
      readonly x: number;
      readonly y: number;
      readonly length: number;
      readonly thickness: number;
      readonly color: string;
    }
  | {
      readonly kind: 'box';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly fill: string;
    }
  | {
      readonly kind: 'scene';
      readonly x: number;
      readonly y: number;
      readonly scene: Scene;
      /** By how much it is drawn smaller than it was laid out, in (0,1]. */
      readonly scale: number;
    };

/** What a part of a page is, for those who do not see it; parts of one thing share the object. */
export interface Element {
  readonly tag:
    'H1' | 'H2' | 'H3' | 'P' | 'Figure' | 'Caption' | 'Note' | 'Table' | 'TR' | 'TH' | 'TD' | 'Code';
  /** What it is a part of; null for the document itself. */
  readonly parent: Element | null;
  /** What is said in the place of something drawn. */
  readonly alt?: string;
  /** Whether the head of a table belongs to its column or to its row. */
  readonly scope?: 'Column' | 'Row';
}

/** Ink that belongs together; null for decoration. */
export interface Part {
  readonly element: Element | null;
  readonly inks: readonly Ink[];
}

/** A piece of a page as wide as its text that is never broken. */
export interface Strip {
  /** In points. */
  readonly height: number;
  /** Least distance from the strip above it and from the one below it, in points; the larger of two counts. */
  readonly space: number;
  readonly spaceAfter: number;
  readonly parts: readonly Part[];
  /** Whether the next strip stands on the same page. */
  readonly isTied: boolean;
  /** Of the first of strips that are tied: whether they may go to a later page than what follows them. */
  readonly float: FloatKind | null;
  /** What stands above it where it is the first on a page, such as the head of a table that goes on. */
  readonly repeated: readonly Strip[];
  /** What is printed too where a page ends below it, but what it belongs to goes on. */
  readonly closing: readonly Part[];
  readonly layout: PageLayout;
  /** Its names in the outline of the document. */
  readonly bookmarks: readonly Bookmark[];
}

/** Figures stay in their order, and tables in theirs. */
export type FloatKind = 'figure' | 'table';

/** How a page is held. */
export type PageLayout = 'portrait' | 'landscape';

/** A name in the outline of the document; those of level 2 lie below the one of level 1 before them. */
export interface Bookmark {
  readonly title: string;
  readonly level: 1 | 2;
}

/** Makes a strip; what is left out is as for one that stands alone. */
export function makeStrip(strip: Pick<Strip, 'height' | 'parts'> & Partial<Strip>): Strip {
  return {
    space: 0,
    spaceAfter: 0,
    isTied: false,
    float: null,
    repeated: [],
    closing: [],
    layout: 'portrait',
    bookmarks: [],
    ...strip,
  };
}

/** Moves a part to the right and down by points. */
export function movePart(part: Part, x: number, y: number): Part {
  return { ...part, inks: part.inks.map((ink) => ({ ...ink, x: ink.x + x, y: ink.y + y })) };
}

/** Ties all strips but the last to those after them. */
export function tieStrips(strips: readonly Strip[]): Strip[] {
  return strips.map((strip, s) => (s < strips.length - 1 ? { ...strip, isTied: true } : strip));
}
