import { createRandom, type Random } from '@starling/domain';
import { between, bumpAt, nearlyNormal, sineOf } from './wave.ts';

export const EEG_SAMPLES = 178;
const SAMPLES_A_SECOND = 173.61;
export const EEG_SEED = 20_240_117;

/** What makes a class: the band of its rhythm, its size, its noise, its bursts. */
interface Rhythm {
  readonly name: string;
  /** Hertz, from and to. */
  readonly band: readonly [number, number];
  /** Median height of the rhythm, in the units of real recordings (about a microvolt). */
  readonly height: number;
  readonly noise: number;
  /** Bursts a row, from and to; each is a short wave at a random place. */
  readonly bursts: readonly [number, number];
  readonly burstHertz: readonly [number, number];
  readonly burstHeight: number;
  /** Where the row's mean lies, from and to. */
  readonly offset: readonly [number, number];
}

/** In class order; neighbours overlap in band and size, so no single number tells them apart. */
export const EEG_RHYTHMS: readonly Rhythm[] = [
  {
    name: 'spikes',
    band: [3, 7],
    height: 230,
    noise: 60,
    bursts: [2, 4],
    burstHertz: [14, 24],
    burstHeight: 330,
    offset: [-30, 10],
  },
  {
    name: 'slow',
    band: [1, 5.5],
    height: 84,
    noise: 40,
    bursts: [0, 2],
    burstHertz: [16, 30],
    burstHeight: 85,
    offset: [-55, -5],
  },
  {
    name: 'theta',
    band: [2, 9],
    height: 54,
    noise: 34,
    bursts: [0, 2],
    burstHertz: [12, 24],
    burstHeight: 60,
    offset: [-35, 15],
  },
  {
    name: 'alpha',
    band: [5, 13],
    height: 68,
    noise: 40,
    bursts: [0, 2],
    burstHertz: [8, 16],
    burstHeight: 70,
    offset: [-20, 30],
  },
  {
    name: 'fast',
    band: [7, 20],
    height: 36,
    noise: 30,
    bursts: [0, 2],
    burstHertz: [14, 30],
    burstHeight: 55,
    offset: [-10, 40],
  },
];

/** Memory of the background noise from one sample to the next. */
const NOISE_MEMORY = 0.8;
const NOISE_RENEWAL = Math.sqrt(1 - NOISE_MEMORY * NOISE_MEMORY);

/**
 * Writes one row of a class into `out[start, start + 178)`: a rhythm of random frequency,
 * phase and height with a weaker second harmonic, coloured noise, bursts at random places,
 * and an offset. Whole numbers, as a recorder gives.
 */
function writeRow(random: Random, rhythm: Rhythm, out: Float32Array, start: number): void {
  const hertz = between(random, ...rhythm.band);
  const phase = random.uniform();
  const drift = between(random, -0.15, 0.15) * hertz;
  const size = between(random, 0.5, 1.6);
  const height = rhythm.height * size * between(random, 0.7, 1.3);
  const harmonic = between(random, 0.1, 0.45);
  const harmonicPhase = random.uniform();
  const noise = rhythm.noise * size;
  const offset = between(random, ...rhythm.offset);
  const bursts = rhythm.bursts[0] + random.integer(rhythm.bursts[1] - rhythm.bursts[0] + 1);
  const waves = Array.from({ length: bursts }, () => ({
    center: between(random, 8, EEG_SAMPLES - 8),
    width: between(random, 6, 14),
    hertz: between(random, ...rhythm.burstHertz),
    phase: random.uniform(),
    height: rhythm.burstHeight * size * between(random, 0.6, 1.4),
  }));
  let colour = nearlyNormal(random);
  for (let sample = 0; sample < EEG_SAMPLES; sample++) {
    const time = sample / SAMPLES_A_SECOND;
    const turns = phase + (hertz + drift * time) * time;
    let value = height * (sineOf(turns) + harmonic * sineOf(2 * turns + harmonicPhase));
    for (const wave of waves) {
      const envelope = bumpAt(sample, wave.center, wave.width);
      value += wave.height * envelope * sineOf(wave.phase + wave.hertz * time);
    }
    colour = NOISE_MEMORY * colour + NOISE_RENEWAL * nearlyNormal(random);
    value += noise * colour + offset;
    out[start + sample] = Math.max(-2047, Math.min(2047, Math.round(value)));
  }
}

/** Rows of every class in turn; a row is a function of the seed, its class and its number. */
export function generateEegRows(rowsPerClass: number): { x: Float32Array; classes: Int32Array } {
  const rows = rowsPerClass * EEG_RHYTHMS.length;
  const x = new Float32Array(rows * EEG_SAMPLES);
  const classes = Int32Array.from({ length: rows }, (_, row) => row % EEG_RHYTHMS.length);
  classes.forEach((index, row) => {
    const random = createRandom(EEG_SEED, 'eeg-synthetic', index, row);
    writeRow(random, EEG_RHYTHMS[index] as Rhythm, x, row * EEG_SAMPLES);
  });
  return { x, classes };
}
