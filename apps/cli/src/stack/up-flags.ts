import { resolve } from 'node:path';
import type { Command } from 'commander';
import { wholeNumber } from '../command-kit.ts';
import { defaultStackFolder } from './stack-paths.ts';

export interface UpFlags {
  /** Absent: the first free one from the default on. */
  port?: number;
  host: string;
  slots: number;
  /** False: serve API, sockets and inference, but no pages. */
  dashboard: boolean;
  /** The stack's folder. */
  data: string;
}

/** Flags of the commands that start a stack. */
export function addUpFlags(command: Command): Command {
  return command
    .option('--port <n>', 'front port (7878, or the next free one)', wholeNumber(0, 65_535))
    .option('--host <address>', 'address to listen on; 0.0.0.0 for the network', '127.0.0.1')
    .option('--slots <n>', 'worker slots on this machine; 0 for none', wholeNumber(0, 1024), 2)
    .option('--no-dashboard', 'leave the pages out')
    .option(
      '--data <folder>',
      'where data, logs and credentials are kept',
      (text) => resolve(text),
      defaultStackFolder,
    );
}
