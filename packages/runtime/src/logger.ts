import { type Logger as PinoLogger, pino } from 'pino';
import { prettyLine } from './pretty-line.ts';
import { tokenPattern } from './tokens.ts';

export type Logger = PinoLogger;

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  level?: LogLevel;
  /** By default: lines for people on a terminal, JSON everywhere else. */
  format?: 'json' | 'pretty';
  /** Where finished lines go; standard output by default. */
  write?: (line: string) => void;
}

const secretKeys = ['token', 'password', 'authorization', 'cookie', 'secret', 'set-cookie'];
const redactedPaths = ['', '*.', '*.*.']
  .flatMap((prefix) =>
    secretKeys.map((key) => (key.includes('-') ? `${prefix}["${key}"]` : `${prefix}${key}`)),
  )
  .map((path) => path.replace('.[', '['));

const urlPassword = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s@/"]+@/gi;

/** Secrets hide in messages and stack traces too, where no key names them. */
function withoutSecrets(line: string): string {
  return line.replace(tokenPattern, '[token]').replace(urlPassword, '$1:[password]@');
}

/**
 * A structured logger of one service. Tokens, passwords and cookies are masked, by key and
 * wherever their text appears.
 */
export function createLogger(service: string, options: LoggerOptions = {}): Logger {
  const { level = 'info', write = (line) => process.stdout.write(line) } = options;
  const format = options.format ?? (process.stdout.isTTY === true ? 'pretty' : 'json');
  const shape = format === 'pretty' ? prettyLine : (line: string) => line;
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: '[redacted]' },
    },
    { write: (line: string) => write(shape(withoutSecrets(line))) },
  );
}
