import { readEnvironment } from '../env.ts';

/** Where a command writes: results to `out`, progress and errors to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether lines on `err` may be redrawn and coloured. */
  readonly isFancy: boolean;
  readonly columns: number;
}

export function systemTerminal(): Terminal {
  return {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    isFancy:
      process.stderr.isTTY === true && process.stderr.rows > 0 && readEnvironment().isFancyAllowed,
    get columns() {
      return process.stderr.columns ?? 100;
    },
  };
}
