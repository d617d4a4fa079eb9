const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Writes a size with three significant digits: `1.21 MiB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${UNITS[power]}`;
}

/** Writes a duration for people: `3.2 s`, `4 min 05 s`, `2 h 10 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** Writes a rate: `5.3 steps/s`; nothing while it is not known. */
export function formatRate(rate: number | null, unit: string): string {
  return rate === null ? '' : `${rate < 100 ? rate.toPrecision(3) : Math.round(rate)} ${unit}/s`;
}

/** Writes a fraction as a percentage with one decimal: `87.5`. */
export function formatPercent(fraction: number | null): string {
  return fraction === null ? '–' : (fraction * 100).toFixed(1);
}

/** Writes how long ago a moment was: `12 s ago`, `3 days ago`. */
export function formatAge(at: number, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}
