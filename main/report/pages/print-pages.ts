import { fontFile, printable, type FontFamily } from '../drawing/fonts';
import { drawScene } from '../drawing/draw-scene';
import { embedImages, type EmbeddedImages } from '../drawing/embed-images';
import type { Page } from './flow-strips';
import { pageFormat } from './page-format';
import type { Bookmark, Element, Ink, Part } from './strip';

/**
 * Prints pages into a PDF, with its outline, and says what is what for those who do not see it.
 *
 * @param document without pages, tagged
 * @param furniture what stands at the edges of each page, from the upper left end of what is printed
 */
export async function printPages(
  document: PDFKit.PDFDocument,
  pages: readonly Page[],
  family: FontFamily,
  furniture: (page: Page, index: number) => readonly Ink[],
): Promise<void> {
  const structure = new Structure(document);
  const outline = new Outline(document);
  const scenes = pages
    .flatMap(({ placed }) => placed.flatMap(({ strip }) => strip.parts.flatMap(({ inks }) => inks)))
    .flatMap((ink) => (ink.kind === 'scene' ? [ink.scene] : []));
  const images = await embedImages(document, scenes);
  pages.forEach((page, index) => {
    const { width, height, left, top } = pageFormat(page.layout);
    document.addPage({ size: [width, height], margin: 0 });
    for (const { strip, y, isRepeated } of page.placed) {
      if (!isRepeated) for (const bookmark of strip.bookmarks) outline.add(bookmark, top + y);
      for (const part of strip.parts) {
        structure.mark(isRepeated ? { ...part, element: null } : part, (ink) => {
          drawInk(document, ink, family, images, left, top + y);
        });
      }
    }
    structure.mark({ element: null, inks: furniture(page, index) }, (ink) => {
      drawInk(document, ink, family, images, left, top);
    });
  });
  structure.end();
}

function drawInk(
  document: PDFKit.PDFDocument,
  ink: Ink,
  family: FontFamily,
  images: EmbeddedImages,
  left: number,
  top: number,
): void {
  const [x, y] = [left + ink.x, top + ink.y];
  switch (ink.kind) {
    case 'text':
      document
        .font(fontFile(family, ink.weight))
        .fontSize(ink.size)
        .fillColor(ink.color)
        .text(ink.text, x, y, { lineBreak: false, baseline: 'alphabetic' });
      return;
    case 'rule':
      document
        .moveTo(x, y)
        .lineTo(x + ink.length, y)
        .lineWidth(ink.thickness)
        .stroke(ink.color);
      return;
    case 'box':
      document.rect(x, y, ink.width, ink.height).fill(ink.fill);
      return;
    case 'scene':
      document.save().translate(x, y).scale(ink.scale);
      drawScene(document, ink.scene, images);
      document.restore();
  }
}

/** What the parts of a document are, for screen readers. */
class Structure {
  readonly #document: PDFKit.PDFDocument;
  readonly #root: PDFKit.PDFStructureElement;
  readonly #known = new Map<Element, PDFKit.PDFStructureElement>();

  constructor(document: PDFKit.PDFDocument) {
    this.#document = document;
    this.#root = document.struct('Document');
    document.addStructure(this.#root);
  }

  /** Draws a part as what it is. */
  mark({ element, inks }: Part, draw: (ink: Ink) => void): void {
    if (inks.length === 0) {
      if (element !== null) this.#find(element);
      return;
    }
    if (element === null) {
      this.#document.markContent('Artifact', { type: 'Layout' });
      inks.forEach(draw);
      this.#document.endMarkedContent();
      return;
    }
    const found = this.#find(element);
    const content = this.#document.markStructureContent(element.tag);
    inks.forEach(draw);
    this.#document.endMarkedContent();
    found.add(content);
  }

  end(): void {
    this.#root.end();
  }

  #find(element: Element): PDFKit.PDFStructureElement {
    const known = this.#known.get(element);
    if (known !== undefined) return known;
    const { tag, parent, alt, scope } = element;
    // Scope is understood, but not in the types.
    const options: PDFKit.Mixins.StructureElementOptions & { scope?: string } = {
      ...(alt !== undefined && { alt: printable(alt) }),
      ...(scope !== undefined && { scope }),
    };
    const made = this.#document.struct(tag, options);
    (parent === null ? this.#root : this.#find(parent)).add(made);
    this.#known.set(element, made);
    return made;
  }
}

/** Names of places in a document, in two levels. */
class Outline {
  readonly #document: PDFKit.PDFDocument;
  #last: PDFKit.PDFOutline | null = null;

  constructor(document: PDFKit.PDFDocument) {
    this.#document = document;
  }

  /** Adds a place on the current page, y points below its upper end. */
  add({ title, level }: Bookmark, y: number): void {
    // Where on the page it leads is understood, but not in the types.
    const options: { expanded: boolean; top: number } = { expanded: true, top: Math.max(0, y - 6) };
    const parent = level === 1 ? this.#document.outline : (this.#last ?? this.#document.outline);
    const item = parent.addItem(printable(title), options);
    if (level === 1) this.#last = item;
  }
}
