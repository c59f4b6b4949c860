import type { ParameterSpec, ParameterValue, Random } from '@starling/domain';

/** The values of one axis, in order; counted without being listed, as ranges may be huge. */
export interface AxisValues {
  size: number;
  at(index: number): ParameterValue;
  /** -1 where the value is none of them. */
  indexOf(value: ParameterValue): number;
}

type Range = Extract<ParameterSpec, { type: 'float' | 'int' }>;

/** Sums such as 0.1 + 2 × 0.1 leave a tail of digits that nobody wrote; 12 digits remain. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** Values that a range with a step (or of whole numbers) has; null for a continuous one. */
function latticeSize(range: Range): number | null {
  if (range.min === range.max) return 1;
  if (range.step === undefined) return null;
  // A step that divides the range but for rounding still reaches max.
  return Math.floor((range.max - range.min) / range.step + 1e-9) + 1;
}

function latticeValue(range: Range, index: number): number {
  if (range.step === undefined) return range.min;
  const value = range.min + index * range.step;
  return range.type === 'int' ? value : Math.min(range.max, tidy(value));
}

function lattice(range: Range, size: number): AxisValues {
  return {
    size,
    at: (index) => latticeValue(range, index),
    indexOf(value) {
      if (typeof value !== 'number') return -1;
      const index = range.step === undefined ? 0 : Math.round((value - range.min) / range.step);
      return index >= 0 && index < size && latticeValue(range, index) === value ? index : -1;
    },
  };
}

function listed(values: readonly ParameterValue[]): AxisValues {
  const distinct = [...new Set(values)];
  return {
    size: distinct.length,
    at(index) {
      const value = distinct[index];
      if (value === undefined) throw new RangeError(`an axis has no value ${index}`);
      return value;
    },
    indexOf: (value) => distinct.indexOf(value),
  };
}

/** Every value that the axis can take; null where it is continuous. */
export function valuesOf(spec: ParameterSpec): AxisValues | null {
  switch (spec.type) {
    case 'constant':
      return listed([spec.value]);
    case 'categorical':
      return listed(spec.values);
    case 'float':
    case 'int': {
      const size = latticeSize(spec);
      return size === null ? null : lattice(spec, size);
    }
  }
}

/** The value of the range nearest to a point between its ends. */
function snap(range: Range, point: number): number {
  const size = latticeSize(range);
  if (size === null) return Math.min(range.max, Math.max(range.min, point));
  const index = range.step === undefined ? 0 : Math.round((point - range.min) / range.step);
  return latticeValue(range, Math.min(size - 1, Math.max(0, index)));
}

/**
 * What a grid tries on the axis: every value where there is a step or a choice;
 * `resolution` values, both ends included, evenly spaced on the axis' scale, where it is
 * continuous, or whole numbers on a log scale that has more.
 */
export function gridValuesOf(spec: ParameterSpec, resolution: number): AxisValues {
  const all = valuesOf(spec);
  if (spec.type === 'constant' || spec.type === 'categorical') return all ?? listed([]);
  if (all !== null && (spec.scale === 'linear' || all.size <= resolution)) return all;
  const values = Array.from({ length: resolution }, (_, index) => {
    const share = index / (resolution - 1);
    if (index === resolution - 1) return snap(spec, spec.max);
    return snap(
      spec,
      spec.scale === 'log'
        ? tidy(spec.min * (spec.max / spec.min) ** share)
        : tidy(spec.min + (spec.max - spec.min) * share),
    );
  });
  return listed(values);
}

/**
 * A random value: uniform over choices and steps; uniform, or uniform in the logarithm,
 * over ranges. Whole numbers on a log scale get the share of [n - ½, n + ½].
 */
export function drawValue(spec: ParameterSpec, random: Random): ParameterValue {
  const all = valuesOf(spec);
  if (all?.size === 1) return all.at(0);
  if (spec.type === 'float' || spec.type === 'int') {
    if (spec.scale === 'log') {
      const half = (spec.step ?? 0) / 2;
      // Half a step below min may reach 0, where the logarithm ends.
      const low = Math.log(Math.max(spec.min - half, spec.min / 2));
      const high = Math.log(spec.max + half);
      return snap(spec, Math.exp(low + (high - low) * random.uniform()));
    }
    if (all === null) return spec.min + (spec.max - spec.min) * random.uniform();
  }
  if (all === null) throw new RangeError('only ranges are continuous');
  return all.at(Math.min(all.size - 1, Math.floor(random.uniform() * all.size)));
}

/** The two ends of an axis (or all its choices), where networks are most extreme. */
export function extremesOf(spec: ParameterSpec): ParameterValue[] {
  const all = valuesOf(spec);
  if (spec.type === 'float' || spec.type === 'int') {
    const last = all === null ? spec.max : all.at(all.size - 1);
    return spec.min === last ? [spec.min] : [spec.min, last];
  }
  return spec.type === 'constant' ? [spec.value] : [...new Set(spec.values)];
}
