const replacements: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '"': '\\textquotedbl{}',
  // What our own texts use beyond ASCII; pdflatex knows letters with accents by itself.
  '±': '\\ensuremath{\\pm}',
  '−': '\\ensuremath{-}',
  '–': '--',
  '†': '\\dag{}',
  '·': '\\ensuremath{\\cdot}',
  '×': '\\ensuremath{\\times}',
  '≥': '\\ensuremath{\\ge}',
  '≤': '\\ensuremath{\\le}',
  α: '\\ensuremath{\\alpha}',
  θ: '\\ensuremath{\\theta}',
  τ: '\\ensuremath{\\tau}',
  ξ: '\\ensuremath{\\xi}',
  Σ: '\\ensuremath{\\Sigma}',
  '“': '``',
  '”': "''",
  '‘': '`',
  '’': "'",
  '…': '\\ldots{}',
};

const special = new RegExp(
  `[${Object.keys(replacements)
    .map((character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
    .join('')}]`,
  'gu',
);

/**
 * Writes plain text so that LaTeX prints it as it is. Line breaks become spaces, because an empty line would end a
 * paragraph in the middle of a table; other control characters are left out.
 *
 * @param text any text, of whoever named a dataset
 */
export function escapeLatex(text: string): string {
  return (
    text
      .replace(/\s+/g, ' ')
      // eslint-disable-next-line no-control-regex -- they are what is looked for
      .replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
      .replace(special, (character) => replacements[character])
      // Behind the end of a row these two would belong to it.
      .replace(/^(?=[[*])/, '{}')
  );
}
