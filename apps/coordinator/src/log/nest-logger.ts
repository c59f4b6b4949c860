import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@starling/runtime';

/** Nest's own lines in the coordinator's log. Its start-up lines are only worth `debug`. */
export function createNestLogger(logger: Logger): LoggerService {
  const contextOf = (extra: readonly unknown[]): Record<string, unknown> => {
    const context = extra.at(-1);
    return typeof context === 'string' ? { context } : {};
  };
  const textOf = (message: unknown): string =>
    message instanceof Error ? message.message : String(message);
  return {
    log: (message: unknown, ...extra: unknown[]) => logger.debug(contextOf(extra), textOf(message)),
    debug: (message: unknown, ...extra: unknown[]) =>
      logger.debug(contextOf(extra), textOf(message)),
    verbose: (message: unknown, ...extra: unknown[]) =>
      logger.trace(contextOf(extra), textOf(message)),
    warn: (message: unknown, ...extra: unknown[]) => logger.warn(contextOf(extra), textOf(message)),
    error: (message: unknown, ...extra: unknown[]) =>
      logger.error(
        { ...contextOf(extra), ...(message instanceof Error ? { err: message } : {}) },
        textOf(message),
      ),
    fatal: (message: unknown, ...extra: unknown[]) =>
      logger.fatal(contextOf(extra), textOf(message)),
  };
}
