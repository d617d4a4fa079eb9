import type { Output } from './output';
import { writeNewFiles } from './write-new-files';

/**
 * Prints a definition as JSON, or writes it to a file, since npm writes a line of its own before what is printed.
 *
 * @param value what to print
 * @param file where it goes; printed if undefined
 * @param output of the command
 */
export async function printJson(value: unknown, file: string | undefined, output: Output): Promise<void> {
  const text = JSON.stringify(value, null, 2);
  output.value(value);
  if (file === undefined) output.line(text);
  else for (const path of await writeNewFiles({ [file]: `${text}\n` })) output.line(path);
}
