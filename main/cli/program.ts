import { Command } from 'commander';
import { addAnnotateCommand } from './commands/annotate';
import { addApplyCommand } from './commands/apply';
import { addDatasetsCommand } from './commands/datasets';
import { addDoctorCommand } from './commands/doctor';
import { addEditCommands } from './commands/edit';
import { addEngineCommands } from './commands/engine';
import { addEvaluateCommand } from './commands/evaluate';
import { addExportCommand } from './commands/export';
import { addFinetuneCommand } from './commands/finetune';
import { addForecastCommand } from './commands/forecast';
import { addHeadCommand } from './commands/head';
import { addImportCommands } from './commands/import';
import { addInspectCommand } from './commands/inspect';
import { addKernelPredictorCommand } from './commands/kernel-predictor';
import { addMapCommand } from './commands/map';
import { addModelCommand } from './commands/model';
import { addNtkCommand } from './commands/ntk';
import { addPretrainCommand } from './commands/pretrain';
import { addQueueCommands } from './commands/queue';
import { addReportCommands } from './commands/report/index';
import { addResponsesCommand } from './commands/responses';
import { addRunCommands } from './commands/runs';
import { addStorageCommands } from './commands/storage';
import { addStudyCommands } from './commands/study/index';
import { addVerifyCommand } from './commands/verify';
import { addWindowCommands } from './commands/window';
import { exitCodeHelp } from './exit-codes';
import { integerOption } from './options';
import { app } from './session';

/** Makes the `tangent` command with all its subcommands. */
export function createProgram(): Command {
  const program = new Command('tangent')
    .description('Edit pre-trained vision models by task arithmetic in the tangent space.')
    .version(app.version)
    .option(
      '--data-dir <folder>',
      'where runs and files are kept (default: $TANGENT_DATA_DIR or ~/.tangent-workbench)',
    )
    .option('--json', 'print one JSON value per line instead of text')
    .option('--jobs <n>', 'runs at once (default: number of cores)', integerOption(1))
    .addHelpText('after', exitCodeHelp)
    .showHelpAfterError('(add --help for the options)')
    .exitOverride();

  addImportCommands(program);
  addInspectCommand(program);
  addDatasetsCommand(program);
  addHeadCommand(program);
  addModelCommand(program);
  addPretrainCommand(program);
  addFinetuneCommand(program);
  addEvaluateCommand(program);
  addEditCommands(program);
  addResponsesCommand(program);
  addMapCommand(program);
  addNtkCommand(program);
  addKernelPredictorCommand(program);
  addApplyCommand(program);
  addExportCommand(program);
  addForecastCommand(program);
  addStudyCommands(program);
  addReportCommands(program);
  addRunCommands(program);
  addAnnotateCommand(program);
  addQueueCommands(program);
  addVerifyCommand(program);
  addWindowCommands(program);
  addEngineCommands(program);
  addStorageCommands(program);
  addDoctorCommand(program);
  return program;
}
