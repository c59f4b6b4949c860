import {
  type Configuration,
  type EpochReport,
  numberIn,
  type ScheduleKind,
  textIn,
} from '@starling/domain';

/** How the learning rate goes over a training; PyTorch's schedules of the same names. */
export interface Schedule {
  kind: ScheduleKind;
  /** The full rate; of one cycle the highest. */
  learningRate: number;
  /** In steps; not for one cycle, which warms up by itself. */
  warmupSteps: number;
  stepsPerEpoch: number;
  /** Of the whole training. */
  totalSteps: number;
  decayEpochs: number;
  decayFactor: number;
}

// Those of PyTorch's OneCycleLR and ReduceLROnPlateau.
const CYCLE_RISE = 0.3;
const CYCLE_START = 1 / 25;
const CYCLE_END = 1e-4;
const PLATEAU_THRESHOLD = 1e-4;

/** The schedule of a resolved configuration. */
export function scheduleOf(
  configuration: Configuration,
  { stepsPerEpoch, epochs }: { stepsPerEpoch: number; epochs: number },
): Schedule {
  return {
    kind: textIn(configuration, 'schedule') as ScheduleKind,
    learningRate: numberIn(configuration, 'learningRate'),
    warmupSteps: numberIn(configuration, 'warmupEpochs') * stepsPerEpoch,
    stepsPerEpoch,
    totalSteps: epochs * stepsPerEpoch,
    decayEpochs: numberIn(configuration, 'decayEpochs'),
    decayFactor: numberIn(configuration, 'decayFactor'),
  };
}

/**
 * The rate of a step, counted from 0 over the whole training. A function of its arguments alone,
 * so a resumed trial goes on as an uninterrupted one; `history` has the epochs before. The
 * warm-up is linear, LinearLR from 1 / steps; the schedule begins when it ends.
 */
export function learningRateAt(
  schedule: Schedule,
  step: number,
  history: readonly EpochReport[],
): number {
  const { kind, learningRate, warmupSteps, stepsPerEpoch, totalSteps } = schedule;
  if (kind === 'oneCycle') return learningRate * cycleShare(step, totalSteps);
  const past = step - warmupSteps;
  if (past < 0) return (learningRate * (step + 1)) / warmupSteps;
  switch (kind) {
    case 'constant':
      return learningRate;
    case 'step':
      return (
        learningRate *
        schedule.decayFactor ** Math.floor(past / stepsPerEpoch / schedule.decayEpochs)
      );
    case 'cosine':
      return (learningRate * (1 + Math.cos((Math.PI * past) / (totalSteps - warmupSteps)))) / 2;
    case 'plateau':
      return learningRate * schedule.decayFactor ** plateaus(history, schedule.decayEpochs);
  }
}

/** OneCycleLR with two cosine phases, without a cycle of the momentum. */
function cycleShare(step: number, totalSteps: number): number {
  const top = CYCLE_RISE * totalSteps - 1;
  if (step <= top) return cosineBetween(CYCLE_START, 1, step / top);
  return cosineBetween(1, CYCLE_START * CYCLE_END, (step - top) / (totalSteps - 1 - top));
}

function cosineBetween(start: number, end: number, share: number): number {
  return end + ((start - end) / 2) * (1 + Math.cos(Math.PI * share));
}

/**
 * How often ReduceLROnPlateau has dropped the rate: each time when for more than `patience`
 * epochs in a row no validation loss was lower than the lowest before.
 */
function plateaus(history: readonly EpochReport[], patience: number): number {
  let lowest = Number.POSITIVE_INFINITY;
  let bad = 0;
  let drops = 0;
  for (const { validationLoss } of history) {
    if (validationLoss !== null && validationLoss < lowest * (1 - PLATEAU_THRESHOLD)) {
      lowest = validationLoss;
      bad = 0;
    } else if (++bad > patience) {
      drops++;
      bad = 0;
    }
  }
  return drops;
}
