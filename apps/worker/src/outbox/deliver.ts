import { toAppError } from '@starling/domain';
import type { RunningAttempt } from '@starling/protocol';
import { type Backoff, backoffDelayMs, type Logger, sleep } from '@starling/runtime';
import type { CoordinatorLink } from '../connection/coordinator-link.ts';
import type { Notice } from './notice.ts';
import type { Fact, Outbox } from './outbox.ts';

interface DeliveryOptions {
  outbox: Outbox;
  /** Announced whenever the outbox got something, and by delivery when it got rid of something. */
  changes: Notice;
  link: Pick<CoordinatorLink, 'request' | 'whenReady'>;
  log: Logger;
  signal: AbortSignal;
  backoff?: Backoff;
}

/**
 * Sends what the outbox holds for as long as the signal lives: one message of reports at a
 * time, and of each attempt one fact at a time. Retryable failures are tried again for ever;
 * of others the attempt is dropped, in words in the log. Resolves when the signal aborts.
 */
export async function deliver(options: DeliveryOptions): Promise<void> {
  const { outbox, changes, link, log, signal } = options;
  const backoff = options.backoff ?? { initialMs: 250, maximumMs: 15_000 };
  let reportFailures = 0;

  function dropRefused(attempt: Pick<RunningAttempt, 'trialId' | 'attempt'>, thrown: unknown) {
    const { code, message } = toAppError(thrown);
    log.error({ ...attempt, code, reason: message }, 'the coordinator refused a fact');
    outbox.drop(attempt, `the coordinator refused it: ${message}`);
  }

  async function sendReports(): Promise<void> {
    const message = outbox.takeReports();
    if (message === null) return;
    try {
      await link.whenReady(signal);
      outbox.settleReports(message, await link.request('epochs.report', message));
      reportFailures = 0;
    } catch (thrown) {
      outbox.settleReports(message, null);
      if (signal.aborted) return;
      if (toAppError(thrown).retryable) {
        reportFailures++;
        await sleep(backoffDelayMs(backoff, reportFailures), { signal });
      } else await sendReportsApart(message.reports);
    }
    changes.announce();
  }

  /** A message of several attempts was refused: finds the one at fault by sending each alone. */
  async function sendReportsApart(refused: readonly { trialId: string; attempt: number }[]) {
    const attempts = outbox.running.filter((running) =>
      refused.some((each) => each.trialId === running.trialId && each.attempt === running.attempt),
    );
    for (const attempt of attempts) {
      const alone = outbox.takeReports(attempt);
      if (alone === null) continue;
      try {
        outbox.settleReports(alone, await link.request('epochs.report', alone));
      } catch (thrown) {
        outbox.settleReports(alone, null);
        if (!toAppError(thrown).retryable) dropRefused(attempt, thrown);
      }
    }
  }

  async function sendFact(attempt: RunningAttempt, fact: Fact, failures: number): Promise<void> {
    try {
      await link.whenReady(signal);
      const { decision } = await link.request(fact.event, fact.message);
      outbox.settleFact(attempt, fact, decision);
    } catch (thrown) {
      if (signal.aborted) return;
      if (!toAppError(thrown).retryable) dropRefused(attempt, thrown);
      else {
        log.debug({ ...attempt, event: fact.event, reason: String(thrown) }, 'sending it again');
        await sleep(backoffDelayMs(backoff, failures + 1), { signal });
        retries.set(fact, failures + 1);
        outbox.settleFact(attempt, fact, 'again');
      }
    }
    changes.announce();
  }

  const retries = new WeakMap<Fact, number>();

  async function loop(step: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      const seen = changes.version;
      try {
        await step();
        await changes.changeFrom(seen, signal);
      } catch (thrown) {
        if (!signal.aborted) throw thrown;
      }
    }
  }

  await Promise.all([
    loop(sendReports),
    loop(async () => {
      for (const { attempt, fact } of outbox.takeFacts()) {
        // Facts of different attempts do not wait for each other.
        void sendFact(attempt, fact, retries.get(fact) ?? 0).catch(() => undefined);
      }
    }),
  ]);
}
