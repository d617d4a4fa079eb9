/** How a report looks as a page: light or dark as the reader has it, figures always on white, and fit for print. */
export const htmlStyle = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1a1a1a, #e6e4e1);
  --soft: light-dark(#5f5f5f, #a5a29d);
  --faint: light-dark(#d4d4d1, #45433f);
  --ground: light-dark(#ffffff, #1c1b1a);
  --tint: light-dark(#f4f4f2, #282624);
  --link: light-dark(#0a5a96, #82bdf0);
}
* { box-sizing: border-box; }
html { background: var(--ground); scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0 auto;
  padding: 3.5rem 1.5rem 5rem;
  max-width: 52rem;
  color: var(--ink);
  background: var(--ground);
  font: 1rem/1.6 Arimo, Arial, "Liberation Sans", Helvetica, sans-serif;
  overflow-wrap: break-word;
}
a { color: var(--link); text-underline-offset: 0.15em; }
a:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; padding: 0.4rem 0.8rem; background: var(--ground); }
header { border-bottom: 1.5px solid var(--ink); padding-bottom: 1.25rem; margin-bottom: 1.5rem; }
h1 { font-size: 2.1rem; line-height: 1.2; margin: 0 0 0.75rem; text-wrap: balance; }
h2 { font-size: 1.35rem; line-height: 1.3; margin: 3rem 0 0.5rem; text-wrap: balance; }
h3 { font-size: 1.02rem; margin: 2rem 0 0.4rem; }
p { margin: 0.6rem 0; }
.authors { font-size: 1.1rem; margin: 0; }
.about, .origins, .files { color: var(--soft); }
.about { margin: 0.35rem 0 0; font-size: 0.9rem; }
nav { font-size: 0.92rem; }
nav h2 { font-size: 0.92rem; margin: 0 0 0.25rem; color: var(--soft); font-weight: normal; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav ul ul { padding-left: 1.25rem; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
.item { margin: 2.5rem 0; scroll-margin-top: 1rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 1.5rem; align-items: start; }
.pair .item { min-width: 0; }
.canvas { background: #ffffff; border-radius: 4px; overflow-x: auto; text-align: center; }
.canvas svg { display: block; margin: 0 auto; width: 49rem; max-width: 100%; height: auto; }
.single .canvas svg { width: 24rem; }
@media (prefers-color-scheme: dark) { .canvas { padding: 0.75rem; } }
figcaption { font-size: 0.9rem; line-height: 1.5; margin: 0.75rem 0 0.5rem; }
.origins, .files { font-size: 0.75rem; line-height: 1.45; margin: 0.3rem 0 0; }
.scroll { position: relative; left: 50%; transform: translateX(-50%); width: min(62rem, 100vw - 3rem); overflow-x: auto; }
table.results { border-collapse: collapse; margin: 0 auto; font-size: 0.88rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
table.results th, table.results td { padding: 0.2rem 0.75rem; text-align: left; vertical-align: top; font-weight: normal; }
table.results th:first-child { padding-left: 0.25rem; }
table.results .number { text-align: right; white-space: nowrap; }
table.results strong { font-weight: bold; }
table.results thead th { vertical-align: bottom; }
table.results th[scope="colgroup"] { text-align: center; background: linear-gradient(var(--soft), var(--soft)) bottom / calc(100% - 1rem) 0.75px no-repeat; }
table.results thead tr:first-child > * { border-top: 1.6px solid var(--ink); padding-top: 0.35rem; }
table.results tbody tr:first-child > * { border-top: 1px solid var(--ink); padding-top: 0.35rem; }
table.results tbody tr:last-child > * { border-bottom: 1.6px solid var(--ink); padding-bottom: 0.35rem; }
table.results tbody tr:hover > * { background: var(--tint); }
table.results tfoot td { font-size: 0.78rem; color: var(--soft); padding: 0.3rem 0.25rem 0; }
table.results sup { font-size: 0.7em; line-height: 0; }
.gap { border: 1px solid var(--faint); border-left: 4px solid var(--soft); background: var(--tint); padding: 0.75rem 1rem; border-radius: 4px; }
.gap p { margin: 0.2rem 0; }
pre { background: var(--tint); border-radius: 4px; padding: 0.75rem 1rem; overflow-x: auto; font: 0.82rem/1.6 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
#runs table.results { font-size: 0.8rem; }
.environment { padding-left: 1.2rem; margin: 0.4rem 0; }
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .files, .skip { display: none; }
  a { color: inherit; text-decoration: none; }
  .item { break-inside: avoid; }
  #runs { break-inside: auto; }
  .scroll, .canvas, pre { overflow: visible; }
  .scroll { left: 0; transform: none; width: auto; }
  pre { white-space: pre-wrap; }
  h2, h3 { break-after: avoid; }
  tr { break-inside: avoid; }
}
`;
