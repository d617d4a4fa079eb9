import type { Command } from 'commander';
import { addCheckCommand, addContinueCommand, addRunCommand, addStopCommand } from './run-study';
import { addListCommand, addStatusCommand, addTemplateCommand } from './look-at-studies';
import { addImportResultsCommand, addReferenceCommand, addResultsCommand } from './results';

/** Adds `tangent study …`. */
export function addStudyCommands(program: Command): void {
  const group = program.command('study').description('run a study: a graph of runs made from a template');
  addRunCommand(group);
  addContinueCommand(group);
  addStopCommand(group);
  addCheckCommand(group);
  addStatusCommand(group);
  addResultsCommand(group);
  addImportResultsCommand(group);
  addListCommand(group);
  addTemplateCommand(group);
  addReferenceCommand(group);
}
