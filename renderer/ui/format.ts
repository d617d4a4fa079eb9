const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `8 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min ${pad(Math.floor((ms % minute) / second))} s`;
  if (ms < day) return `${Math.floor(ms / hour)} h ${pad(Math.floor((ms % hour) / minute))} min`;
  return `${Math.floor(ms / day)} d ${Math.floor((ms % day) / hour)} h`;
}

/** `just now`, `5 min ago`, `3 h ago`, and the date from a week on. */
export function formatAge(at: number, now: number): string {
  const age = now - at;
  if (age < minute) return 'just now';
  if (age < hour) return `${Math.floor(age / minute)} min ago`;
  if (age < day) return `${Math.floor(age / hour)} h ago`;
  if (age < 7 * day) return `${Math.floor(age / day)} d ago`;
  return new Date(at).toISOString().slice(0, 10);
}

/** A moment in local time, `2026-03-04 17:05:09`. */
export function formatMoment(at: number): string {
  const date = new Date(at);
  const days = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join('-');
  return `${days} ${formatTime(at)}`;
}

/** A time of day in local time, `17:05:09`. */
export function formatTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':');
}

/** `912 B`, `4.2 kB`, `310 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Work per second, with its unit: `12.3 steps/s`. */
export function formatRate(rate: number, unit: string): string {
  const digits = rate >= 100 ? 0 : rate >= 10 ? 1 : 2;
  return `${rate.toFixed(digits)} ${unit}/s`;
}

/** A fraction as percent with one decimal, without the sign; a dash where there is none. */
export function formatPercent(fraction: number | null): string {
  return fraction === null ? '–' : (fraction * 100).toFixed(1);
}

/** A metric's value with four significant digits. */
export function formatValue(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(3)
    : String(Number(value.toPrecision(4)));
}

/** The beginning of an id, enough for people to tell ids apart. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
