import type { Command } from 'commander';
import type { Kit } from '../command-kit.ts';
import { QuietExit } from '../output/describe-failure.ts';
import { requestStop } from './stack-lock.ts';
import { stackPaths } from './stack-paths.ts';
import { describeEvent, loginLink, openStack } from './up.ts';
import { addUpFlags, type UpFlags } from './up-flags.ts';

/** `starling up` and `starling down` */
export function addStackCommands(program: Command, { terminal }: Kit): void {
  addUpFlags(program.command('up'))
    .description('start database, coordinator, inference, workers and dashboard; Ctrl-C stops them')
    .option('--json', 'print one JSON value when it is up')
    .action(async (flags: UpFlags & { json?: boolean }) => {
      const stack = await openStack(flags, terminal, (event) => {
        const line = describeEvent(event, terminal.isFancy);
        if (line !== undefined) terminal.err(line);
      });
      const link = await loginLink(stack.target);
      const value = { url: stack.target.url, loginUrl: link, data: flags.data, isOwn: stack.isOwn };
      terminal.out(flags.json === true ? JSON.stringify(value) : `open ${link}`);
      if (!stack.isOwn) return;
      terminal.err(`logs in ${stackPaths(flags.data).logs}; Ctrl-C stops everything`);
      await stack.closed;
    });

  addUpFlags(program.command('down'))
    .description('stop the stack that runs on a folder, as Ctrl-C in its terminal does')
    .option('--json', 'print one JSON value')
    .action(async (flags: UpFlags & { json?: boolean }) => {
      const isAsked = await requestStop(stackPaths(flags.data));
      const words = isAsked ? 'stopping' : 'nothing runs on this folder';
      terminal.out(flags.json === true ? JSON.stringify({ stopping: isAsked }) : words);
      if (!isAsked) throw new QuietExit(1);
    });
}
