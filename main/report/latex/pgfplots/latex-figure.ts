/** A figure for LaTeX. */
export interface LatexFigure {
  /** A `tikzpicture`, or a table of images. */
  readonly tex: string;
  /** Files that it includes, by name. */
  readonly images: ReadonlyMap<string, Uint8Array>;
}
