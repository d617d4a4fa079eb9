import { toPlainError } from '#contract/errors';

/** Where a command writes: text for people, or one JSON value per line for programs. */
export interface Output {
  readonly json: boolean;
  /** A line for people; nothing with `--json`. */
  line(text?: string): void;
  /** A value for programs; nothing without `--json`. */
  value(value: unknown): void;
  /** Something for people beside the result (to the error stream). */
  note(text: string): void;
}

/** Makes the output of a command. */
export function createOutput(json: boolean): Output {
  return {
    json,
    line: (text = '') => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    value: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    note: (text) => {
      if (!json) process.stderr.write(`${text}\n`);
    },
  };
}

/** Tells an error: what happened and what to do about it, or its plain form with `--json`. */
export function printError(thrown: unknown, json: boolean): void {
  const plain = toPlainError(thrown);
  if (json) {
    const { stack, ...told } = plain;
    process.stdout.write(`${JSON.stringify({ error: plain.kind === 'bug' ? { ...told, stack } : told })}\n`);
    return;
  }
  process.stderr.write(`error: ${plain.message}\n${plain.advice}\n`);
  if (plain.kind === 'bug' && plain.stack !== undefined) process.stderr.write(`${plain.stack}\n`);
}

/** Lays rows out in columns: the first column to the left, the others to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(...rows.map((row) => (row[c] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
