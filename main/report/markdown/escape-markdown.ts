/** What Markdown would take for markup somewhere in a line. */
const special = /[\\`*_[\]<>#|~&$]/g;

/** Writes text so that it is shown as it is, on one line: nothing in it is markup, a link, a cell or a list. */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replace(/\s+/g, ' ')
      .trim()
      // eslint-disable-next-line no-control-regex -- they are what is looked for
      .replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
      .replace(special, '\\$&')
      // Where a line begins, these would begin a list or make a heading.
      .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
      .replace(/^[-+=](?!\d)/, '\\$&')
      // Addresses and mentions become links by themselves.
      .replace(/:(?=\/\/)|@/g, '\\$&')
      .replace(/\bwww\./gi, (address) => address.replace('.', '\\.'))
  );
}
