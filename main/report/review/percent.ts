/** Writes a fraction as percent with one decimal: `94.5 %`. */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}
