import { Command } from 'commander';
import { addAccessCommands } from './access/token-commands.ts';
import type { Kit } from './command-kit.ts';
import { addDatasetCommands } from './datasets/dataset-commands.ts';
import { addDemoCommand } from './demo/demo-command.ts';
import { addDoctorCommand } from './doctor/doctor-command.ts';
import { addFleetCommand } from './fleet/fleet-command.ts';
import { addLoadCommand } from './load/load-command.ts';
import { addModelCommands } from './models/model-commands.ts';
import { describeFailure } from './output/describe-failure.ts';
import type { Terminal } from './output/terminal.ts';
import { addStackCommands } from './stack/stack-commands.ts';
import { addSweepCommands } from './sweeps/sweep-commands.ts';
import { addTrialCommands } from './trials/trial-commands.ts';
import { addWorkerCommand } from './worker/worker-command.ts';

/** The whole command line. */
function createProgram(terminal: Terminal): Command {
  const kit: Kit = { terminal };
  const program = new Command('starling')
    .description('Distributed hyperparameter search: sweeps, live, ranked, served.')
    .showHelpAfterError('(starling --help lists the commands)')
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  addStackCommands(program, kit);
  addDemoCommand(program, kit);
  addAccessCommands(program, kit);
  addDatasetCommands(program, kit);
  addSweepCommands(program, kit);
  addTrialCommands(program, kit);
  addModelCommands(program, kit);
  addWorkerCommand(program, kit);
  addFleetCommand(program, kit);
  addLoadCommand(program, kit);
  addDoctorCommand(program, kit);
  throwInsteadOfExit(program);
  return program;
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExit(child);
}

/** Runs one command line and resolves to its exit status; never rejects. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    const { exitCode, text, json } = describeFailure(error);
    if (args.includes('--json') && json !== undefined) terminal.out(JSON.stringify(json));
    if (text !== '') terminal.err(text);
    return exitCode;
  }
}
