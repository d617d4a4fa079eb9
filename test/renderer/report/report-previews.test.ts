import { describe, expect, it } from 'vitest';
import { AppError } from '#contract/errors';
import type { ReportPreview } from '#contract/report';
import type { MadeItem } from '#renderer/state/report-items.ts';
import { ReportPreviews, requestOf, type PreviewRequest } from '#renderer/state/report-previews.svelte.ts';
import { FakeClient } from '#test/support/fake-client';
import { exampleReport } from '#test/support/fake-reports';

const content = exampleReport();
const made = content.items.filter((item): item is MadeItem => item.kind !== 'text');
const [table, alpha, training] = made;

function open() {
  const asked: { request: PreviewRequest; answer: (preview: ReportPreview) => Promise<void> }[] = [];
  const client = new FakeClient({
    'reports.preview': (request) =>
      new Promise((resolve) => {
        asked.push({
          request: request as PreviewRequest,
          answer: async (preview) => {
            resolve(preview);
            await new Promise((wake) => setTimeout(wake, 0));
          },
        });
      }),
  });
  const previews = new ReportPreviews(client);
  const idsOf = () => asked.map(({ request }) => request.item.id);
  return { client, previews, asked, idsOf };
}

const figure = (svg: string): ReportPreview => ({
  kind: 'figure',
  title: 'Title',
  caption: 'Caption',
  svg,
  origins: [],
});

const tableOf = (html: string): ReportPreview => ({
  kind: 'table',
  title: 'Title',
  caption: 'Caption',
  html,
  spread: '',
  origins: [],
});

describe('previews of a report', () => {
  it('are made in order, two at a time, and each once', async () => {
    const { previews, asked, idsOf } = open();
    const wanted = made.map((item) => requestOf(item, content));
    previews.want(wanted);
    expect(idsOf()).toEqual(['addition', 'alpha-addition']);
    await asked[1].answer(figure('<svg/>'));
    expect(idsOf()).toEqual(['addition', 'alpha-addition', 'training-loss']);
    await asked[0].answer(tableOf('<table></table>'));
    await asked[2].answer(figure('<svg/>'));
    previews.want(wanted);
    expect(idsOf()).toHaveLength(3);
    expect(wanted.map((request) => previews.view(request).isCurrent)).toEqual([true, true, true]);
  });

  it('are asked for again only where the piece looks otherwise', async () => {
    const { previews, asked, idsOf } = open();
    previews.want([requestOf(alpha, content), requestOf(table, content)]);
    await asked[0].answer(figure('plain'));
    await asked[1].answer(tableOf('<table></table>'));

    const captioned = { ...alpha, caption: 'My caption' };
    previews.want([requestOf(captioned, content)]);
    expect(asked[0].request.item.caption).toBeNull();
    expect(idsOf()).toHaveLength(2);

    const greys = { ...content, style: { preset: 'ieee', palette: 'greyscale' } as const };
    previews.want([requestOf(alpha, greys), requestOf(table, greys)]);
    // A table has no style.
    expect(idsOf().slice(2)).toEqual(['alpha-addition']);
    // What it was stays to be seen meanwhile.
    expect(previews.view(requestOf(alpha, greys))).toMatchObject({
      preview: { svg: 'plain' },
      isCurrent: false,
    });
    await asked[2].answer(figure('grey'));
    expect(previews.view(requestOf(alpha, greys))).toMatchObject({
      preview: { svg: 'grey' },
      isCurrent: true,
    });

    const interval = { ...greys, spread: 'interval' } as const;
    previews.want([requestOf(alpha, interval), requestOf(table, interval)]);
    expect(idsOf().slice(3)).toEqual(['alpha-addition', 'addition']);
    // The first look is still known.
    previews.want([requestOf(alpha, content)]);
    expect(previews.view(requestOf(alpha, content))).toMatchObject({ preview: { svg: 'plain' } });
    expect(idsOf()).toHaveLength(5);
  });

  it('are not asked for where nobody wants them any more', async () => {
    const { previews, asked, idsOf } = open();
    const wide = { ...alpha, width: 'double' } as MadeItem;
    previews.want([alpha, table, training].map((item) => requestOf(item, content)));
    previews.want([requestOf(wide, content)]);
    await asked[0].answer(figure('old'));
    expect(idsOf()).toEqual(['alpha-addition', 'addition', 'alpha-addition']);
    await asked[1].answer(figure('old'));
    await asked[2].answer(figure('wide'));
    previews.close();
    expect(idsOf()).toHaveLength(3);
  });

  it('of gaps and failures are asked for again on demand', async () => {
    const { client, previews, asked, idsOf } = open();
    previews.want([requestOf(alpha, content)]);
    await asked[0].answer({ kind: 'gap', title: 'x', reason: 'Not measured.', advice: 'Wait.' });
    expect(previews.view(requestOf(alpha, content)).preview).toMatchObject({ kind: 'gap' });
    const answers = client.answers['reports.preview'];
    client.answers['reports.preview'] = () => {
      throw new AppError('internal', 'It broke.');
    };
    previews.retry();
    await new Promise((wake) => setTimeout(wake, 0));
    expect(previews.view(requestOf(alpha, content)).error?.message).toContain('It broke.');
    client.answers['reports.preview'] = answers;
    previews.retry();
    await asked[1].answer(figure('there'));
    expect(idsOf()).toHaveLength(2);
    expect(previews.view(requestOf(alpha, content))).toMatchObject({
      preview: { svg: 'there' },
      error: null,
    });
  });
});
