import { errorCatalogue, type ErrorKind } from '#contract/errors';
import { escapeMarkdown } from './describe-commands';

const kinds: readonly (readonly [ErrorKind, string])[] = [
  ['user', 'Something that was given is wrong'],
  ['environment', 'Something around the program is wrong'],
  ['bug', 'The program is wrong'],
];

/** Writes every error code with its advice as Markdown tables, one for each kind of error. */
export function describeErrors(): string {
  return kinds
    .map(([kind, title]) => {
      const rows = Object.entries(errorCatalogue)
        .filter(([, entry]) => entry.kind === kind)
        .map(([code, { advice }]) => `| \`${code}\` | ${escapeMarkdown(advice)} |`);
      return [`### ${title}`, '', '| code | what to do |', '| --- | --- |', ...rows].join('\n');
    })
    .join('\n\n');
}
