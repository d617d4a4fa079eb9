import { describe, expect, it } from 'vitest';
import { openTestCatalog } from '#test/support/catalog-fixture';
import { exampleReport } from '#test/support/fake-reports';

describe('ReportTable', () => {
  it('returns a report as it was saved, whatever is written in it', () => {
    const { reports } = openTestCatalog();
    const document = {
      ...exampleReport({ runIds: ['one', 'two'] }),
      title: `<script>'); DROP TABLE reports; --`,
      authors: '中文\nand “others”',
    };
    reports.insert('abc', document, 1000);
    expect(reports.get('abc')).toEqual({ id: 'abc', createdAt: 1000, updatedAt: 1000, document });
  });

  it('puts a changed report in the place of its earlier state, and first in the list', () => {
    const { reports } = openTestCatalog();
    const document = exampleReport();
    reports.insert('one', document, 1000);
    reports.insert('two', document, 2000);
    expect(reports.list().map(({ id }) => id)).toEqual(['two', 'one']);
    const changed = { ...document, items: document.items.toReversed() };
    reports.update('one', changed, 3000);
    expect(reports.list().map(({ id }) => id)).toEqual(['one', 'two']);
    expect(reports.get('one')).toEqual({ id: 'one', createdAt: 1000, updatedAt: 3000, document: changed });
    expect(reports.get('two').document).toEqual(document);
  });

  it('lists first what was saved last where two were saved in the same millisecond', () => {
    const { reports } = openTestCatalog();
    for (const id of ['one', 'two', 'three']) reports.insert(id, exampleReport(), 1000);
    expect(reports.list().map(({ id }) => id)).toEqual(['three', 'two', 'one']);
  });

  it('removes one report and keeps the others', () => {
    const { reports } = openTestCatalog();
    reports.insert('one', exampleReport(), 1);
    reports.insert('two', exampleReport(), 2);
    reports.remove('one');
    expect(reports.list().map(({ id }) => id)).toEqual(['two']);
  });

  it('says which report is unknown, and changes none', () => {
    const { reports } = openTestCatalog();
    reports.insert('one', exampleReport(), 1);
    const unknown: unknown = expect.objectContaining({ code: 'unknown_report', data: { reportId: 'none' } });
    expect(() => reports.get('none')).toThrow(unknown);
    expect(() => reports.update('none', exampleReport(), 2)).toThrow(unknown);
    expect(() => reports.remove('none')).toThrow(unknown);
    expect(reports.list()).toHaveLength(1);
  });
});
