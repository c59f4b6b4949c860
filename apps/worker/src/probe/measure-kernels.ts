import type { NetworkSpec, ProbePoint } from '@starling/domain';
import { openTrial } from '@starling/engine';
import { cpuClock, cpuMs } from './cpu-clock.ts';
import { PROBE_BATCH, probeNetworks, probeTrial } from './probe-networks.ts';

/** Processor time of one measurement, and how many of them; the shortest counts. */
const TURN_MS = 5;
const TURNS = 3;

/** A call takes one training step of a network. */
function openStepper(spec: NetworkSpec): { step: () => void; close: () => void } {
  const options = probeTrial(spec, PROBE_BATCH, cpuClock);
  const state = openTrial(options);
  state.shuffle(1);
  const { rows } = options.data.train;
  let start = 0;
  return {
    step() {
      state.learnRows(1, start);
      start = (start + PROBE_BATCH) % rows;
    },
    close: () => state.close(),
  };
}

function msPerStepOf(step: () => void): number {
  const begunMs = cpuMs();
  let ms = 0;
  let steps = 0;
  // Looking at the clock costs about as much as the smallest steps.
  for (let chunk = 1; ms < TURN_MS; chunk *= 2) {
    for (let count = 0; count < chunk; count++) step();
    steps += chunk;
    ms = cpuMs() - begunMs;
  }
  return ms / steps;
}

/**
 * Steps of each probe network on the kernels, in this thread; less than half a second of work. All
 * networks take their turns in rounds: in the first ones the kernels are still being compiled, beside
 * them and on the same clock: measured first and once, the smallest looked twice as slow (40 µs for 20).
 */
export function measureKernels(): ProbePoint[] {
  const networks = probeNetworks();
  const steppers = networks.map(({ spec }) => openStepper(spec));
  const shortest = networks.map(() => Number.POSITIVE_INFINITY);
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [index, { step }] of steppers.entries()) {
      const ms = msPerStepOf(step);
      // The first turn warms up.
      if (turn > 0) shortest[index] = Math.min(shortest[index] as number, ms);
    }
  }
  for (const { close } of steppers) close();
  return networks.map(({ spec: _spec, ...described }, index) => ({
    ...described,
    lanes: 1,
    msPerStep: shortest[index] as number,
  }));
}
