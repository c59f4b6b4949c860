import { createRandom } from '@starling/domain';
import { openTrial, type Split, type TrainingData } from '@starling/engine';
import { systemClock } from '@starling/runtime';
import type { BenchNetwork } from './bench-networks.ts';

/** Rows of the made-up training split; every batch is full. */
const BATCHES = 8;

function noise(rows: number, width: number, classes: number): Split {
  const random = createRandom(7, 'bench');
  return {
    kind: 'dense',
    rows,
    width,
    x: Float32Array.from({ length: rows * width }, () => random.normal()),
    y: Int32Array.from({ length: rows }, () => random.integer(classes)),
  };
}

/**
 * One whole step of the engine a call, as a trial takes it: gather the rows, forward, loss,
 * backward, optimizer.
 */
export function engineStepper({ configuration, spec, shape, batch }: BenchNetwork): () => void {
  if (shape.kind !== 'signal') throw new TypeError('benches train on signals');
  const rows = BATCHES * batch;
  const split = noise(rows, shape.channels * shape.length, shape.classes);
  const data: TrainingData = { train: split, validation: split, classes: shape.classes, shape };
  const options = { configuration, network: spec, data, seed: 1, epochs: 1, clock: systemClock };
  const state = openTrial(options);
  state.shuffle(1);
  let start = 0;
  return () => {
    state.learnRows(1, start);
    start = (start + batch) % rows;
  };
}
