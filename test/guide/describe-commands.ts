import type { EventEmitter } from 'node:events';
import type { Command, Help } from 'commander';

/**
 * Writes the reference of a command and everything below it from what its `--help` is made of.
 *
 * @param program the outermost command
 * @returns Markdown that begins with headings of the second level
 */
export function describeCommands(program: Command): string {
  const commands = program.commands.flatMap((command) => describe(command, `${program.name()} `, 2));
  return [...describe(program, '', 2, false), ...commands].join('\n\n');
}

function describe(command: Command, parents: string, depth: number, withChildren = true): string[] {
  const help = command.createHelp();
  const name = parents + command.name();
  const after = textAfterHelp(command);
  return [
    `${'#'.repeat(depth)} ${name}`,
    sentence(help.commandDescription(command)),
    block(help.commandUsage(command)),
    ...table('argument', argumentsOf(command, help)),
    ...table('option', optionsOf(command, help)),
    ...(after === '' ? [] : [block(after)]),
    ...(withChildren ? command.commands.flatMap((child) => describe(child, `${name} `, depth + 1)) : []),
  ];
}

function argumentsOf(command: Command, help: Help): Row[] {
  return help
    .visibleArguments(command)
    .map((argument) => [help.argumentTerm(argument), help.argumentDescription(argument)]);
}

/** All but `--help`, which every command has. */
function optionsOf(command: Command, help: Help): Row[] {
  return help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .map((option) => [help.optionTerm(option), help.optionDescription(option)]);
}

/** What a command adds below its help; commander tells it only to those who listen as its own output does. */
function textAfterHelp(command: Command): string {
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  (command as unknown as EventEmitter).emit('afterHelp', { error: false, command, write });
  return text.trim();
}

type Row = readonly [term: string, description: string];

function table(head: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const lines = rows.map(
    ([term, text]) => `| \`${term.replaceAll('|', '\\|')}\` | ${escapeMarkdown(text)} |`,
  );
  return [[`| ${head} | meaning |`, '| --- | --- |', ...lines].join('\n')];
}

function block(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}

function sentence(text: string): string {
  const escaped = escapeMarkdown(text);
  const ended = /[.?!]$/.test(escaped) ? escaped : `${escaped}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}

/** Has a text stand as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_<>[\]|]/g, '\\$&');
}
