import { CommanderError } from 'commander';
import { toPlainError } from '#contract/errors';
import { exitCodeOf, exitCodes } from './exit-codes';
import { printError } from './output';
import { createProgram } from './program';

const program = createProgram();

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.ok);
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.user;
  } else {
    printError(error, program.opts<{ json?: boolean }>().json === true);
    process.exitCode = exitCodeOf(toPlainError(error).kind);
  }
}
