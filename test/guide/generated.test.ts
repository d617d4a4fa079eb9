import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { createProgram } from '#cli/program';
import { errorCatalogue } from '#contract/errors';
import { describeCommands } from './describe-commands';
import { describeErrors } from './describe-errors';

const folder = join(import.meta.dirname, '..', '..', 'resources', 'guide');

/** What is made of the program, and stands in a page between two marks. */
const generated = [
  { page: 'command-line', mark: 'commands', make: () => describeCommands(createProgram()) },
  { page: 'troubleshooting', mark: 'errors', make: describeErrors },
] as const;

describe('what the guide takes from the program', () => {
  it.each(generated)('stands in the page $page as it is now', async ({ page, mark, make }) => {
    const file = join(folder, `${page}.md`);
    const committed = await readFile(file, 'utf8');
    const [begin, end] = [`<!-- ${mark}: made by npm run guide:generate -->`, `<!-- ${mark}: end -->`];
    const [before, , after] = committed.split(new RegExp(`(?<=${begin})|(?=${end})`));
    expect(after, `${page}.md has both marks`).toBeDefined();
    const options = { ...(await resolveConfig(file)), filepath: file };
    const current = await format(`${before}\n\n${make()}\n\n${after}`, options);
    if (process.env.TANGENT_WRITE_GUIDE !== undefined) await writeFile(file, current);
    else expect(committed === current, `${page}.md is old: run "npm run guide:generate"`).toBe(true);
  });
});

describe('the reference of the commands', () => {
  const reference = describeCommands(createProgram());

  it('has every command, option and description of the help texts', () => {
    const commands = (command: Command): Command[] => [command, ...command.commands.flatMap(commands)];
    const plain = reference.replaceAll('\\', '');
    for (const command of commands(createProgram())) {
      const help = command.createHelp();
      expect(plain).toContain(help.commandUsage(command));
      for (const option of help.visibleOptions(command)) {
        if (option.long === '--help') continue;
        expect(plain).toContain(`| \`${help.optionTerm(option)}\` | ${help.optionDescription(option)} |`);
      }
    }
    expect(plain).toContain('130  ended with Ctrl-C');
    expect(plain).toContain('(choices: "standard", "posthoc", "linear", default: "standard")');
  });
});

describe('the tables of errors', () => {
  it('have every code', () => {
    const tables = describeErrors();
    for (const code of Object.keys(errorCatalogue)) expect(tables).toContain(`| \`${code}\` |`);
  });
});
