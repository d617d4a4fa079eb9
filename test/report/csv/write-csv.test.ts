import { expect, test } from 'vitest';
import { writeCsv } from '#report/csv/write-csv';

test('cells with commas, quotes and line breaks are quoted', () => {
  expect(
    writeCsv(
      ['a,b', 'c'],
      [
        ['say "x"', 'two\nlines'],
        ['one\r\ntwo', ' 中文 '],
      ],
    ),
  ).toBe('"a,b",c\n"say ""x""","two\nlines"\n"one\r\ntwo", 中文 \n');
});

test('texts that a spreadsheet would run as formulas get an apostrophe, and numbers are left alone', () => {
  const texts = ['=cmd()', '+1', '-1', '@sum', '\tx', '\r=1', '=HYPERLINK("http://x")', 'a=b', ''];
  expect(
    writeCsv(
      ['x'],
      texts.map((text) => [text]),
    ),
  ).toBe('x\n\'=cmd()\n\'+1\n\'-1\n\'@sum\n\'\tx\n"\'\r=1"\n"\'=HYPERLINK(""http://x"")"\na=b\n\n');
  expect(writeCsv(['x'], [[-1.5], [0], [null]])).toBe('x\n-1.5\n0\n\n');
});

test('numbers are written so that they are read back exactly', () => {
  const numbers = [0.1 + 0.2, 1 / 3, 5e-324, Number.MAX_VALUE, -0.07, 123_456_789.123];
  const lines = writeCsv(
    ['x'],
    numbers.map((number) => [number]),
  ).split('\n');
  expect(lines.slice(1, -1).map(Number)).toEqual(numbers);
});
