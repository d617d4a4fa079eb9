import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { collectLastWords } from '#host/last-words';

/** How a contestant's process is started. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** A process that answers each request, a line of JSON, with a line of JSON. */
export class Contestant {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #lastWords: () => string;
  readonly #closed: Promise<void>;
  #failure = '';

  /** Starts the process. */
  constructor({ command, args, environment }: Launch) {
    this.#child = spawn(command, args, { env: { ...process.env, ...environment } });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#lastWords = collectLastWords(this.#child.stderr);
    this.#closed = new Promise((resolve) => this.#child.once('close', () => resolve()));
    this.#child.on('error', (error) => (this.#failure = error.message));
    // A process that has died is noticed by the answer that does not come.
    this.#child.stdin.on('error', () => undefined);
  }

  /**
   * Asks and waits for the answer.
   *
   * @throws {Error} with the process's last words if it ends instead
   */
  async ask<T>(request: object, schema: z.ZodType<T>): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.#lines.next();
    if (line.done !== true) return schema.parse(JSON.parse(line.value));
    await this.#closed;
    const words = this.#failure || this.#lastWords().trim();
    throw new Error(
      `${this.#child.spawnfile} ended without an answer to ${JSON.stringify(request)}. ${words}`,
    );
  }

  /** Ends the process and waits until its memory is free again. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}

/** Starts a contestant for as long as a function runs. */
export async function withContestant<T>(
  launch: Launch,
  use: (contestant: Contestant) => Promise<T>,
): Promise<T> {
  const contestant = new Contestant(launch);
  try {
    return await use(contestant);
  } finally {
    await contestant.stop();
  }
}
