import type { EpochReport, PrunerSpec, Verdict } from '@starling/domain';
import type { JudgeRequest, Pruner } from './pruner.ts';

type MedianSpec = Extract<PrunerSpec, { kind: 'median' }>;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Best validation accuracy up to an epoch; nothing where the trial has not reached it. */
function bestUpTo(reports: readonly EpochReport[], epoch: number): number | undefined {
  if (!reports.some((report) => report.epoch === epoch)) return undefined;
  const seen = reports.filter((report) => report.epoch <= epoch);
  return Math.max(...seen.map((report) => report.validationAccuracy));
}

/** The middle value; of an even number, the mean of the two in the middle. */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? 0;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? 0) + upper) / 2 : upper;
}

/**
 * The median rule of Golovin et al., "Google Vizier" (KDD 2017), section 3.2.2, on bests: a
 * trial stops whose best validation accuracy so far is strictly below the median of the
 * others' bests at the same epoch. Trials that never reached the epoch do not count.
 */
export function createMedianPruner(spec: MedianSpec): Pruner {
  function judge({ number, rung, reports, others }: JudgeRequest): Verdict {
    const own = bestUpTo(reports, rung);
    if (own === undefined) throw new RangeError(`trial ${number} has no report at epoch ${rung}`);
    const bests = others
      .filter((other) => other.number !== number)
      .map((other) => bestUpTo(other.reports, rung))
      .filter((best) => best !== undefined);
    if (bests.length < spec.minimumTrials) {
      const verb = bests.length === 1 ? 'trial has' : 'trials have';
      return {
        kind: 'continue',
        rung,
        reason: `only ${bests.length} other ${verb} reached epoch ${rung}; judging starts at ${spec.minimumTrials}`,
      };
    }
    const median = medianOf(bests);
    const isBelow = own < median;
    return {
      kind: isBelow ? 'stop' : 'continue',
      rung,
      reason: `best validation accuracy ${percent(own)} by epoch ${rung} is ${isBelow ? 'below' : 'not below'} the median ${percent(median)} of ${bests.length} other trials there`,
    };
  }

  return {
    kind: 'median',
    rungs: { first: spec.warmupEpochs, every: spec.everyEpochs },
    judge,
  };
}
