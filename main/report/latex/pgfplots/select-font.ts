import type { JournalFormat } from '#contract/figure-style';

/**
 * Writes the command for a size of letters. Computer Modern has whole sizes alone; the family with serifs is that of
 * the document.
 *
 * @param size in points
 */
export function selectFont(font: JournalFormat['font'], size: number): string {
  const whole = Math.round(size);
  const family = font === 'sans' ? '\\sffamily' : '';
  return `${family}\\fontsize{${whole}}{${(whole * 1.2).toFixed(1)}}\\selectfont`;
}
