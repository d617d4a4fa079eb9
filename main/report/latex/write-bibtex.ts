import { escapeLatex } from './escape-latex';
import { listReferences } from './references';

/**
 * Writes what reports refer to as a file for BibTeX.
 *
 * @param appVersion of the program
 */
export function writeBibtex(appVersion: string): string {
  return listReferences(appVersion)
    .map(({ key, type, fields }) => {
      const lines = Object.entries(fields).map(([name, text]) => {
        // Styles write titles small but for what stands in braces.
        const value = name === 'title' ? `{${escapeLatex(text)}}` : escapeLatex(text);
        return `  ${name} = {${value}},`;
      });
      return [`@${type}{${key},`, ...lines, '}', ''].join('\n');
    })
    .join('\n');
}
