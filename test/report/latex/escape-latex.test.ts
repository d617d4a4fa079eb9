import { describe, expect, it } from 'vitest';
import { escapeLatex } from '#report/latex/escape-latex';
import { escapeLatexCode } from '#report/latex/escape-latex-code';

describe('escapeLatex', () => {
  it.each([
    ['50 % of A&B_1 #2', String.raw`50 \% of A\&B\_1 \#2`],
    ['${x}', String.raw`\ensuremath{\mathdollar}\ensuremath{\{}x\ensuremath{\}}`],
    ['\\input{/etc}', String.raw`\ensuremath{\backslash}input\ensuremath{\{}/etc\ensuremath{\}}`],
    ['a|<b>', String.raw`a\ensuremath{|}\ensuremath{<}b\ensuremath{>}`],
    [
      'θ0 ± τ^2 ~ “ξ”',
      String.raw`\ensuremath{\theta}0 \ensuremath{\pm} \ensuremath{\tau}\textasciicircum{}2 \textasciitilde{} ` +
        "``\\ensuremath{\\xi}''",
    ],
    ['one\n\n\ntwo\u0007\u200b', 'one two'],
    ['[1] of a row', '{}[1] of a row'],
    ['*', '{}*'],
    [
      'σ₁² ≈ 10⁻⁶',
      String.raw`\ensuremath{\sigma}\textsubscript{1}\textsuperscript{2} \ensuremath{\approx} 10\textsuperscript{\ensuremath{-}6}`,
    ],
    ['é ï Å ç ñ ő', String.raw`\'{e} \"{\i} \r{A} \c{c} \~{n} \H{o}`],
    ['e\u0301', String.raw`\'{e}`],
    ['ß Łódź Ørsted', String.raw`\ss{} \L{}\'{o}d\'{z} \O{}rsted`],
    ['ế ộ', String.raw`\ensuremath{\acute{\hat{\mathrm{e}}}} \d{\^{o}}`],
    [
      '中 😀 ą й',
      String.raw`\texttt{U+4E2D}\allowbreak{} \texttt{U+1F600}\allowbreak{} \texttt{U+0105}\allowbreak{} \texttt{U+0439}\allowbreak{}`,
    ],
    ['\ud800', String.raw`\texttt{U+D800}\allowbreak{}`],
    ["--data \"it's\" ``x'' ?`", "-{}-data \\texttt{\\char34}it's\\texttt{\\char34} `{}`x'{}' ?{}`"],
    ['constructor __proto__', String.raw`constructor \_\_proto\_\_`],
    ['', ''],
  ])('prints %j as it is', (text, escaped) => {
    expect(escapeLatex(text)).toBe(escaped);
  });
});

describe('escapeLatexCode', () => {
  it('keeps every space, hyphen and quotation mark of a command', () => {
    expect(escapeLatexCode("tangent  --x='ä'")).toBe(
      String.raw`tangent\ \allowbreak{}\ \allowbreak{}{\char45}{\char45}x{\char61}{\char13}\"{a}{\char13}`,
    );
  });
});
