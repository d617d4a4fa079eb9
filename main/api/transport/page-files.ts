import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { cacheControlOf } from './page-security';

const contentTypes: Readonly<Record<string, string | undefined>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** A file of the built page, with the headers that belong to it. */
export interface PageFile {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads a file of the built page; `/` is its `index.html`.
 *
 * @param directory folder of the built page
 * @param pathname path of the request, as it stands in the address
 * @returns the file, or null if there is none of that name (any more), or none that may be served
 */
export async function readPageFile(directory: string, pathname: string): Promise<PageFile | null> {
  const file = locate(directory, pathname);
  const contentType = file === null ? undefined : contentTypes[extname(file)];
  if (file === null || contentType === undefined) return null;
  try {
    const body = await readFile(file);
    return { body, headers: { 'Content-Type': contentType, 'Cache-Control': cacheControlOf(pathname) } };
  } catch {
    return null;
  }
}

function locate(directory: string, pathname: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const file = join(directory, normalize(decoded === '/' ? '/index.html' : decoded));
  return file.startsWith(directory + sep) ? file : null;
}
