import type { BooleanParameter, NumberParameter } from '../family.ts';

/** `count` widths, each `taper` times the one before, rounded, never below 1. */
export function taperedWidths(count: number, first: number, taper: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    Math.max(1, Math.round(first * taper ** index)),
  );
}

export function taperParameter(meaning: string): NumberParameter {
  return {
    name: 'taper',
    title: 'Taper',
    help: `The ${meaning}; 1 keeps it.`,
    type: 'float',
    minimum: 0.1,
    maximum: 1,
    default: 1,
    scale: 'linear',
    search: { minimum: 0.4, maximum: 1 },
  };
}

export function dropoutParameter(place: string): NumberParameter {
  return {
    name: 'dropout',
    title: 'Dropout',
    help: `Share of values set to zero in training, ${place}.`,
    type: 'float',
    minimum: 0,
    maximum: 0.9,
    default: 0,
    scale: 'linear',
    search: { minimum: 0, maximum: 0.5 },
  };
}

export function batchNormParameter(place: string): BooleanParameter {
  return {
    name: 'batchNorm',
    title: 'Batch norm',
    help: `Normalise over the batch ${place}, before its activation.`,
    type: 'boolean',
    default: false,
    search: { values: [true, false] },
  };
}
