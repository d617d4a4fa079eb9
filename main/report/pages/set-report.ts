import type { ReportContent } from '../report-content';
import { describeMaking } from './describe-making';
import { listRuns } from './list-runs';
import { numberItems } from './number-items';
import { chooseTypography, inks, pageFormat, type Typography } from './page-format';
import { setCommands, setGap } from './set-box';
import { pairFigures } from './pair-figures';
import { setFigures } from './set-figure';
import { setNumbers } from './set-numbers';
import { setParagraph } from './set-paragraph';
import { setEntry, setSubheading, setText } from './set-text';
import { makeStrip, tieStrips, type Strip } from './strip';

/** Sets a whole report in strips, from its title to how it was made. */
export function setReport(content: ReportContent): Strip[] {
  const typography = chooseTypography(content.style);
  const { textWidth: width } = pageFormat('portrait');
  return [
    ...setTitle(content, typography, width),
    ...pairFigures(numberItems(content.items)).flatMap((row): readonly Strip[] => {
      switch (row.kind) {
        case 'figures':
          return setFigures(row.figures, content.style, typography, content.runs);
        case 'table':
          return setNumbers(row, content.spread, typography, content.runs);
        case 'text':
          return setText(row.heading, row.paragraphs, typography, width);
        case 'gap':
          return [setGap(row, typography, width)];
      }
    }),
    ...setProvenance(content, typography, width),
  ];
}

function setTitle(
  { title, authors, date, appVersion }: ReportContent,
  { family, body, caption }: Typography,
  width: number,
): Strip[] {
  const size = body.size * 2;
  const strips = tieStrips([
    ...setParagraph([{ text: title, weight: 'bold' }], {
      size,
      leading: size * 1.2,
      family,
      width,
      element: { tag: 'H1', parent: null },
    }),
    ...(authors.trim() === ''
      ? []
      : setParagraph([{ text: authors, weight: 'regular' }], {
          size: body.size * 1.1,
          leading: body.leading,
          family,
          width,
          element: { tag: 'P', parent: null },
          space: 8,
        })),
    ...setParagraph([{ text: `${date} · Tangent Workbench ${appVersion}`, weight: 'regular' }], {
      ...caption,
      family,
      width,
      element: { tag: 'P', parent: null },
      color: inks.grey,
      space: 4,
    }),
    makeStrip({
      height: 0.8,
      space: 10,
      spaceAfter: 14,
      parts: [
        {
          element: null,
          inks: [{ kind: 'rule', x: 0, y: 0.4, length: width, thickness: 0.8, color: inks.rule }],
        },
      ],
    }),
  ]);
  return strips;
}

function setProvenance(content: ReportContent, typography: Typography, width: number): Strip[] {
  const { runs, environment, commands, spread } = content;
  const table = listRuns(content);
  const runTable = { label: '', table, caption: table.caption, origins: [] };
  return [
    ...setText('How this was made', [describeMaking(content)], typography, width),
    ...(environment.length === 0
      ? []
      : [
          ...setSubheading('Computed with', typography, width),
          ...environment.flatMap((line) => setEntry(line, typography, width)),
        ]),
    ...(commands.length === 0
      ? []
      : [
          ...setSubheading('Commands that make the same numbers again', typography, width),
          ...setCommands(commands, typography, width),
        ]),
    ...(runs.length === 0 ? [] : setNumbers(runTable, spread, typography, runs)),
  ];
}
