import type { Command } from 'commander';
import { addListCommand } from './list-reports';
import { addReportCommand } from './make-report';

/** Adds `tangent report` and `tangent report list`. */
export function addReportCommands(program: Command): void {
  addListCommand(addReportCommand(program));
}
