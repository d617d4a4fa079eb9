import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A word on a page; points from its upper left corner. */
export interface Word {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
}

/** What a PDF holds, as poppler reads it. */
export interface ReadPdf {
  readonly text: string;
  /** One for each font. */
  readonly fonts: readonly { readonly name: string; readonly type: string; readonly isEmbedded: boolean }[];
  readonly imageCount: number;
  readonly pageCount: number;
  /** Of the first page. */
  readonly words: readonly Word[];
}

/** Tells whether poppler is installed; in continuous integration it has to be. */
export function hasPoppler(): boolean {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (process.env.CI !== undefined) throw error;
    return false;
  }
}

/** Reads a PDF back by other people's program. */
export function readPdf(bytes: Uint8Array): ReadPdf {
  const folder = mkdtempSync(join(tmpdir(), 'tangent-pdf-'));
  try {
    const file = join(folder, 'file.pdf');
    writeFileSync(file, bytes);
    const ask = (program: string, ...options: string[]) =>
      execFileSync(program, options, { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
    const lines = (text: string) => text.trim().split('\n').slice(2);
    return {
      text: ask('pdftotext', '-layout', file, '-'),
      fonts: lines(ask('pdffonts', file)).map((line) => {
        const [, name, type, embedded] = /^(\S+)\s+(.+?)\s{2,}\S+\s+(yes|no)/.exec(line)!;
        return { name, type, isEmbedded: embedded === 'yes' };
      }),
      // The transparency of an image is listed as a line of its own.
      imageCount: lines(ask('pdfimages', '-list', file)).filter((line) => !line.includes(' smask ')).length,
      pageCount: Number(/^Pages:\s+(\d+)$/m.exec(ask('pdfinfo', file))![1]),
      words: readWords(ask('pdftotext', '-bbox', '-l', '1', file, '-')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readWords(html: string): Word[] {
  const word = /<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="([\d.]+)">(.*)<\/word>/g;
  return [...html.matchAll(word)].map(([, left, right, bottom, text]) => ({
    text,
    left: Number(left),
    right: Number(right),
    bottom: Number(bottom),
  }));
}
