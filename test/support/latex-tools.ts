import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Tells whether pdflatex is installed; in continuous integration it has to be. */
export function hasLatex(): boolean {
  try {
    execFileSync('pdflatex', ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (process.env.CI !== undefined) throw error;
    process.stderr.write(
      'pdflatex is not installed: nothing is compiled. Install texlive-latex-recommended and texlive-pictures.\n',
    );
    return false;
  }
}

/** What pdflatex made of a document. */
export interface Compiled {
  readonly pdf: Uint8Array;
  /** What it said, each message on one line. */
  readonly log: string;
}

/**
 * Compiles a document in an empty folder, as often as it is told to.
 *
 * @param files by their paths in the folder
 * @param name of the document among them, without `.tex`
 * @throws {Error} with the end of the log, where pdflatex stops
 */
export function compileLatex(
  files: ReadonlyMap<string, string | Uint8Array>,
  name: string,
  runs: number,
): Compiled {
  const folder = mkdtempSync(join(tmpdir(), 'tangent-latex-'));
  try {
    for (const [path, content] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    for (let run = 0; run < runs; run++) compile(folder, name);
    return {
      pdf: readFileSync(join(folder, `${name}.pdf`)),
      log: readFileSync(join(folder, `${name}.log`), 'latin1'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(folder: string, name: string): void {
  try {
    execFileSync('pdflatex', ['-halt-on-error', '-interaction=nonstopmode', `${name}.tex`], {
      cwd: folder,
      // Messages on one line each, and nothing read or written outside of the folder.
      env: { ...process.env, max_print_line: '1000', openin_any: 'p', openout_any: 'p' },
      stdio: 'pipe',
    });
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout).slice(-2000) : '';
    throw new Error(`pdflatex has stopped:\n${said}`, { cause: error });
  }
}
