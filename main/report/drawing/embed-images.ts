import type { Scene, Shape } from './scene';

/** Images of figures as they lie in a PDF. */
export type EmbeddedImages = ReadonlyMap<Uint8Array, PDFKit.Mixins.ImageSrc>;

/** An image as PDFKit opens it; its types do not say what it can do. */
interface OpenedImage {
  embed(document: PDFKit.PDFDocument): void;
  /** Null once it lies in the document; of JPEG never. */
  readonly imgData?: unknown;
}

/**
 * Puts the images of figures into a PDF, one after the other. Those with transparency are unpacked in threads of
 * their own; embedded all at once they would lie in the file in the order in which these end, which is another each time.
 *
 * @param document the PDF
 * @param scenes all figures that will be drawn
 */
export async function embedImages(
  document: PDFKit.PDFDocument,
  scenes: readonly Scene[],
): Promise<EmbeddedImages> {
  const embedded = new Map<Uint8Array, PDFKit.Mixins.ImageSrc>();
  for (const { bytes } of scenes.flatMap(({ shapes }) => imagesOf(shapes))) {
    if (embedded.has(bytes)) continue;
    const image = (
      document as unknown as { openImage(source: Buffer): OpenedImage & PDFKit.Mixins.ImageSrc }
    ).openImage(Buffer.from(bytes));
    image.embed(document);
    while (image.imgData !== null && image.imgData !== undefined) {
      await new Promise((wake) => setImmediate(wake));
    }
    embedded.set(bytes, image);
  }
  return embedded;
}

function imagesOf(shapes: readonly Shape[]): Extract<Shape, { kind: 'image' }>[] {
  return shapes.flatMap((shape) => {
    if (shape.kind === 'clip') return imagesOf(shape.shapes);
    return shape.kind === 'image' ? [shape] : [];
  });
}
