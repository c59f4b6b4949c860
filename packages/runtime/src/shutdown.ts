import type { Logger } from './logger.ts';
import { sleep } from './timers.ts';

export interface Shutdown {
  /**
   * Registers what to dispose of. Disposal runs one by one, newest first, so that whatever was
   * built upon something is gone before it; a failure is logged and the rest still runs.
   */
  onShutdown(name: string, dispose: () => unknown): void;
  /** Disposes of everything, then exits. Asked again, it is the same shutdown. */
  shutDown(reason: string, exitCode?: number): Promise<void>;
  /** True from the first call of shutDown: take nothing new. */
  readonly isShuttingDown: boolean;
  /** Shuts down on SIGTERM and SIGINT (a second one exits at once) and on uncaught errors. */
  listen(): void;
}

export interface ShutdownOptions {
  log: Pick<Logger, 'info' | 'error' | 'fatal'>;
  /** Milliseconds for all of it; then the process exits with 1, naming what hung. */
  deadlineMs?: number;
  exit?: (code: number) => void;
}

/** The ordered end of a process. */
export function createShutdown(options: ShutdownOptions): Shutdown {
  const { log, deadlineMs = 15_000, exit = (code) => process.exit(code) } = options;
  const steps: { name: string; dispose: () => unknown }[] = [];
  let current = '';
  let ending: Promise<void> | undefined;

  async function disposeAll(): Promise<boolean> {
    let hasFailed = false;
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      current = step.name;
      try {
        await step.dispose();
      } catch (error) {
        hasFailed = true;
        log.error({ err: error, step: step.name }, 'disposal failed');
      }
    }
    return hasFailed;
  }

  async function run(reason: string, exitCode: number): Promise<void> {
    log.info({ reason }, 'shutting down');
    const late = new AbortController();
    const outcome = await Promise.race([
      disposeAll(),
      sleep(deadlineMs, { signal: late.signal }).then(
        () => 'late' as const,
        () => 'late' as const,
      ),
    ]);
    late.abort();
    if (outcome === 'late') log.error({ step: current, deadlineMs }, 'shutdown took too long');
    exit(exitCode !== 0 ? exitCode : outcome === false ? 0 : 1);
  }

  const shutdown: Shutdown = {
    onShutdown(name, dispose) {
      steps.push({ name, dispose });
    },
    shutDown(reason, exitCode = 0) {
      ending ??= run(reason, exitCode);
      return ending;
    },
    get isShuttingDown() {
      return ending !== undefined;
    },
    listen() {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.on(signal, () => {
          if (ending !== undefined) return exit(130);
          void shutdown.shutDown(signal);
        });
      }
      for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
        process.on(event, (error: unknown) => {
          log.fatal({ err: error }, event);
          void shutdown.shutDown(event, 1);
        });
      }
    },
  };
  return shutdown;
}
