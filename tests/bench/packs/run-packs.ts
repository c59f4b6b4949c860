import { buildNetwork, createRandom, type DataShape, describeNetwork } from '@starling/domain';
import { engineBuild, openTrial, type Split, type TrialOptions } from '@starling/engine';
import { findTfjs, loadTfjsEngine, type TfjsEngine } from '@starling/engine/tfjs';
import { loadKernels } from '@starling/kernels';
import { systemClock } from '@starling/runtime';
import { cpuMs } from '../training/cpu-time.ts';
import { measureRefill, type RefillLine } from './measure-refill.ts';

const SIZES = [1, 8, 32, 128];
const BATCH = 32;
/** Ten epochs of 9,200 rows. */
const STEPS_A_TRIAL = 10 * Math.ceil(9200 / BATCH);
const TURNS = 3;
const TURN_MS = 300;
const PEAK_ROUNDS = 1_000_000;

const networks = ['mlp-baseline', 'cnn-baseline', 'rnn-baseline'];
const shape: DataShape = { kind: 'signal', channels: 1, length: 178, classes: 5 };

/** One line of the result; `--json` prints an array of them. */
interface Line {
  network: string;
  batch: number;
  engine: string;
  /** Trials that train as one computation. */
  lanes: number;
  /**
   * Of one step of all of them, the shortest of three measurements: processor time, which neighbours
   * on the machine do not stretch; wall time with `--wall` or where a GPU works.
   */
  msPerStep: number;
  /** Of ten epochs of 9,200 rows, their steps alone. */
  trialsPerMinute: number;
  /** Share of the f32x4 multiply-add peak of one core; above 1 where more than that works. */
  peakShare: number;
  /** Times the trials a minute of a pack of one on the same engine. */
  times: number;
}

function trialOf(family: string, now: () => number, batches = 16): TrialOptions {
  const random = createRandom(7, 'bench');
  const rows = batches * BATCH;
  const split: Split = {
    kind: 'dense',
    rows,
    width: 178,
    x: Float32Array.from({ length: rows * 178 }, () => random.normal()),
    y: Int32Array.from({ length: rows }, () => random.integer(5)),
  };
  return {
    configuration: { family, batchSize: BATCH },
    network: buildNetwork({ family }, shape),
    data: { train: split, validation: split, classes: 5, shape },
    seed: 1,
    epochs: 1,
    clock: { nowMs: systemClock.nowMs, monotonicMs: now },
  };
}

/** Milliseconds a call: the shortest of the turns, after one that warms up. */
function shortest(act: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn <= TURNS; turn++) {
    const start = cpuMs();
    let calls = 0;
    let used = 0;
    for (let chunk = 1; used < TURN_MS; chunk *= 2) {
      for (let call = 0; call < chunk; call++) act();
      calls += chunk;
      used = cpuMs() - start;
    }
    if (turn > 0) best = Math.min(best, used / calls);
  }
  return best;
}

function kernelsMs(options: TrialOptions): number {
  const state = openTrial(options);
  state.shuffle(1);
  let start = 0;
  const ms = shortest(() => {
    state.learnRows(1, start);
    start = (start + BATCH) % options.data.train.rows;
  });
  state.close();
  return ms;
}

/** libtensorflow where it is found: on a GPU where that build is there, else on the CPU. */
async function findEngine(): Promise<TfjsEngine | undefined> {
  const backend = (['node-gpu', 'node'] as const).find((each) => findTfjs(each) !== undefined);
  // As the kernels beside it: one thread. Steps of small networks are slower with more.
  if (backend === 'node') process.env['TF_NUM_INTRAOP_THREADS'] ??= '1';
  return backend === undefined ? undefined : loadTfjsEngine({ backend, clock: systemClock });
}

async function measure(
  words: readonly string[],
  engine: TfjsEngine | undefined,
  isByWall: boolean,
): Promise<Line[]> {
  const kernels = loadKernels();
  const peakFlops = (PEAK_ROUNDS * 96) / shortest(() => kernels.multiplyAddPeak(PEAK_ROUNDS, 0.5));
  const lines: Line[] = [];
  const isCpu = (engine?.gpu ?? null) === null && !isByWall;
  const now = isCpu ? cpuMs : systemClock.monotonicMs;
  for (const network of networks) {
    if (words.length > 0 && !words.some((word) => network.includes(word))) continue;
    const options = trialOf(network, now);
    const flops = describeNetwork(options.network).trainingFlops * BATCH;
    const add = (engineName: string, lanes: number, msPerStep: number): void => {
      const trialsPerMinute = (60_000 * lanes) / msPerStep / STEPS_A_TRIAL;
      const one = lines.find((line) => line.network === network && line.engine === engineName);
      lines.push({
        network,
        batch: BATCH,
        engine: engineName,
        lanes,
        msPerStep,
        trialsPerMinute,
        peakShare: (flops * lanes) / msPerStep / peakFlops,
        times: trialsPerMinute / (one?.trialsPerMinute ?? trialsPerMinute),
      });
    };
    add(engineBuild(), 1, kernelsMs(options));
    for (const lanes of engine === undefined ? [] : SIZES) {
      const probe = { lanes, leastMs: TURN_MS, turns: TURNS };
      add(engine?.build ?? '', lanes, (await engine?.trainer.probe(options, probe)) ?? Number.NaN);
    }
    process.stderr.write(`measured ${network}\n`);
  }
  return lines;
}

function show(line: Line): string {
  return [
    line.network.padEnd(14),
    line.engine.padEnd(22),
    String(line.lanes).padStart(5),
    line.msPerStep.toFixed(3).padStart(11),
    (line.msPerStep / line.lanes).toFixed(4).padStart(12),
    line.trialsPerMinute.toFixed(1).padStart(11),
    `${line.times.toFixed(1)}×`.padStart(8),
    `${(100 * line.peakShare).toFixed(0)} %`.padStart(7),
  ].join(' ');
}

async function runRefill(flags: readonly string[], engine: TfjsEngine): Promise<void> {
  const now = engine.gpu === null ? cpuMs : systemClock.monotonicMs;
  const lines: RefillLine[] = [];
  for (const places of [8, 32]) {
    const options = trialOf('mlp-baseline', now, 144);
    lines.push(await measureRefill(engine.trainer, options, { places, now }));
  }
  const text = flags.includes('--json')
    ? JSON.stringify(lines, null, 2)
    : lines
        .map(
          ({ places, trials, apart, refilled, times }) =>
            `${trials} trials in ${places} places: ${apart.toFixed(0)} a minute in packs one after the other, ${refilled.toFixed(0)} refilled (${times.toFixed(2)}×)`,
        )
        .join('\n');
  process.stdout.write(`${text}\n`);
}

/**
 * Trials a minute by the size of the pack: the kernels on one thread, and tfjs on libtensorflow where
 * it is built (`node infra/scripts/build-tfjs-node.mjs`, with --gpu on a machine with CUDA; another
 * folder by STARLING_TFJS_NODE). `--json` prints an array of lines, `--wall` takes wall
 * time on the CPU too (on a machine with nothing else to do); other words keep networks. The
 * libtensorflow's CPU has one thread unless TF_NUM_INTRAOP_THREADS says otherwise. The
 * word `refill` measures what taking new trials into a running pack is worth instead.
 */
export async function runPacks(options: string[]): Promise<void> {
  const words = options.filter((option) => !option.startsWith('--'));
  const engine = await findEngine();
  if (words.includes('refill') && engine !== undefined) return runRefill(options, engine);
  const lines = await measure(words, engine, options.includes('--wall'));
  if (options.includes('--json')) {
    const kept = lines.map(({ times: _ofTrialsPerMinute, ...line }) => line);
    process.stdout.write(`${JSON.stringify(kept, null, 2)}\n`);
    return;
  }
  if (engine === undefined) {
    const fix = 'node infra/scripts/build-tfjs-node.mjs (--gpu for CUDA)';
    process.stdout.write(`no libtensorflow here; to measure packs run: ${fix}\n`);
  } else if (engine.gpu !== null) {
    const isExact = process.env['NVIDIA_TF32_OVERRIDE'] === '0';
    const products = isExact ? 'float32' : 'TF32, unless NVIDIA_TF32_OVERRIDE=0';
    process.stdout.write(
      `GPU: ${engine.gpu.name}, driver ${engine.gpu.driver}; products in ${products}\n`,
    );
  }
  if (engine !== undefined) process.stdout.write(`recurrent layers: ${engine.recurrent.reason}\n`);
  process.stdout.write(
    'network        engine                 lanes   ms a step  ms a trial  trials/min    times    peak\n',
  );
  for (const line of lines) process.stdout.write(`${show(line)}\n`);
}
