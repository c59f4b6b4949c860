import { nearMiss } from '@starling/domain';
import { type Command, InvalidArgumentError } from 'commander';
import { type Connection, type ConnectionFlags, connect } from './connection/connect.ts';
import type { Terminal } from './output/terminal.ts';

/** What every command gets. */
export interface Kit {
  terminal: Terminal;
}

export interface CommonFlags extends ConnectionFlags {
  json?: boolean;
}

/** Flags of every command that speaks to a stack; `json` says what its `--json` prints. */
export function addConnectionFlags(command: Command, json = 'print one JSON value'): Command {
  return command
    .option('--url <address>', 'front door of the stack (or STARLING_URL)')
    .option('--token <token>', 'access token (or STARLING_TOKEN)')
    .option('--data <folder>', 'folder of a stack on this machine, for its credentials')
    .option('--json', json);
}

/** A command that speaks to a stack: its action gets a connection. */
export function connected<Arguments extends unknown[], Flags extends CommonFlags>(
  action: (connection: Connection, flags: Flags, ...rest: Arguments) => Promise<void>,
): (...input: unknown[]) => Promise<void> {
  return async (...input) => {
    // Commander calls with the arguments, then the flags, then the command.
    const flags = input.at(-2) as Flags;
    const rest = input.slice(0, -2) as Arguments;
    await action(await connect(flags), flags, ...rest);
  };
}

/** Prints a value as JSON, or as text where that was not asked for. */
export function show(
  terminal: Terminal,
  flags: { json?: boolean },
  value: unknown,
  text: () => string,
): void {
  terminal.out(flags.json === true ? JSON.stringify(value, null, 2) : text());
}

/** A parser of whole numbers for a flag. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= minimum && value <= maximum) {
      return value;
    }
    throw new InvalidArgumentError(`Use a whole number from ${minimum} to ${maximum}.`);
  };
}

/** A parser of one word out of a list. */
export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    const near = nearMiss(text, words);
    const hint = near === undefined ? '' : `Did you mean ${near}? `;
    throw new InvalidArgumentError(`${hint}Use one of ${words.join(', ')}.`);
  };
}

/** Gathers a flag that may be given several times. */
export function gather(text: string, before: string[] = []): string[] {
  return [...before, text];
}
