import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { describeNetwork } from '@starling/domain';
import { engineBuild } from '@starling/engine';
import { loadKernels } from '@starling/kernels';
import { type BenchNetwork, benchNetworks } from './bench-networks.ts';
import { median, msPerCall } from './cpu-time.ts';
import { engineStepper } from './engine-stepper.ts';
import { type Line, medianLines } from './median-lines.ts';
import { openPeer, type Peer } from './peer-torch.ts';

const TURNS = 7;
const TURN_MS = 200;
const PEAK_ROUNDS = 1_000_000;
/** One run flattered us or the peer by a quarter. */
const RECORDED_RUNS = 3;
const recordedFile = new URL('./recorded.json', import.meta.url);

interface Recorded {
  date: string;
  machine: string;
  name: string;
  version: string;
  /** Whole runs that the ratios are medians of. */
  runs: number;
  ratios: { network: string; batch: number; ratio: number; low: number; high: number }[];
}

function readRecorded(): Recorded | undefined {
  try {
    return JSON.parse(readFileSync(recordedFile, 'utf8')) as Recorded;
  } catch {
    return undefined;
  }
}

/**
 * Engine, peer, engine, peer, … and the peak between them; medians over the turns. With `filter`
 * only networks whose name contains it.
 */
async function measureAll(networks: readonly BenchNetwork[], peer: Peer | undefined) {
  const kernels = loadKernels();
  const peakFlops: number[] = [];
  const times = [];
  for (const [index, network] of networks.entries()) {
    const step = engineStepper(network);
    msPerCall(step, TURN_MS);
    await peer?.measure(index, TURN_MS / 4);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let turn = 0; turn < TURNS; turn++) {
      ours.push(msPerCall(step, TURN_MS));
      if (peer !== undefined) theirs.push(await peer.measure(index, TURN_MS));
      const ms = msPerCall(() => kernels.multiplyAddPeak(PEAK_ROUNDS, 0.5), 1);
      peakFlops.push((PEAK_ROUNDS * 96) / ms);
    }
    times.push({ network, ours: median(ours), theirs: median(theirs) });
    console.error(`measured ${network.network}, batch ${network.batch}`);
  }
  return { times, peakFlopsPerMs: median(peakFlops) };
}

function linesOf(
  { times, peakFlopsPerMs }: Awaited<ReturnType<typeof measureAll>>,
  peer: Peer | undefined,
): Line[] {
  const old = peer === undefined ? readRecorded() : undefined;
  return times.map(({ network: { network, batch, spec }, ours, theirs }) => {
    const flops = describeNetwork(spec).trainingFlops * batch;
    const line: Line = {
      network,
      batch,
      engine: engineBuild(),
      msPerStep: ours,
      peakShare: flops / ours / peakFlopsPerMs,
    };
    if (peer !== undefined) {
      line.peer = { name: peer.name, version: peer.version, msPerStep: theirs };
    }
    const known = old?.ratios.find((item) => item.network === network && item.batch === batch);
    if (old !== undefined && known !== undefined) {
      const { name, version, date } = old;
      line.recorded = { ratio: known.ratio, name, version, date };
    }
    return line;
  });
}

function showLine(line: Line): string {
  const { peer, recorded, times } = line;
  const cells = [
    line.network.padEnd(14),
    String(line.batch).padStart(5),
    line.msPerStep.toFixed(4).padStart(10),
    `${(100 * line.peakShare).toFixed(0)} %`.padStart(6),
  ];
  if (peer !== undefined) {
    const ratio = `${(times?.median ?? peer.msPerStep / line.msPerStep).toFixed(1)}×`;
    cells.push(peer.msPerStep.toFixed(3).padStart(10), ratio.padStart(8));
    if (times !== undefined && times.runs > 1) {
      cells.push(`(${times.low.toFixed(1)} to ${times.high.toFixed(1)})`);
    }
  } else if (recorded !== undefined) {
    const { ratio, name, version, date } = recorded;
    cells.push(`  recorded ${date}: ${ratio.toFixed(1)}× ${name} ${version}`);
  }
  return cells.join(' ');
}

/** The spread of the ratios is of several runs; of one run it is what `peer` says already. */
function jsonLine({ times, ...line }: Line): Line {
  return times === undefined || times.runs === 1 ? line : { ...line, times };
}

function record(lines: readonly Line[], peer: Peer, runs: number): void {
  const round = (value: number): number => Math.round(10 * value) / 10;
  const recorded: Recorded = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0]?.model ?? 'unknown'}, one thread`,
    name: peer.name,
    version: peer.version,
    runs,
    ratios: lines.map(({ network, batch, times }) => ({
      network,
      batch,
      ratio: round(times?.median ?? Number.NaN),
      low: round(times?.low ?? Number.NaN),
      high: round(times?.high ?? Number.NaN),
    })),
  };
  writeFileSync(recordedFile, `${JSON.stringify(recorded, null, 2)}\n`);
}

/** What the words after the bench's name ask for; says what is wrong with others. */
function readOptions(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
        runs: { type: 'string' },
      },
    });
    const runs = Number(values.runs ?? (values.record ? RECORDED_RUNS : 1));
    const isWhole = Number.isInteger(runs) && runs >= 1;
    const isPart = values.record && positionals.length > 0;
    if (isWhole && !isPart) return { ...values, runs, words: positionals };
    if (isPart) {
      console.error(`--record: keeps all networks (got ${positionals.join(' ')}); leave names out`);
    }
    if (!isWhole)
      console.error(`--runs: must be a whole number from 1 (got ${values.runs}); use --runs 3`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  process.exitCode = 2;
  return undefined;
}

/**
 * Milliseconds a training step on one thread. `--json` prints an array of lines; `--runs N` measures
 * everything N times over and takes medians; `--record` keeps the ratios, of three runs unless told
 * otherwise, for machines without PyTorch; other words keep only networks whose names have them.
 */
export async function runTraining(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options === undefined) return;
  const { words, json, record: isRecorded, runs } = options;
  const networks = benchNetworks.filter(
    ({ network }) => words.length === 0 || words.some((word) => network.includes(word)),
  );
  const peer = await openPeer(networks);
  try {
    const results = [];
    for (let run = 1; run <= runs; run++) {
      if (runs > 1) console.error(`run ${run} of ${runs}`);
      results.push(await measureAll(networks, peer));
    }
    const lines = medianLines(results.map((result) => linesOf(result, peer)));
    if (peer !== undefined && isRecorded) record(lines, peer, runs);
    if (json) {
      console.log(JSON.stringify(lines.map(jsonLine), null, 2));
      return;
    }
    const peak = (median(results.map(({ peakFlopsPerMs }) => peakFlopsPerMs)) / 1e6).toFixed(1);
    const beside =
      peer === undefined ? 'no Python with torch here' : `${peer.name} ${peer.version}`;
    const of = runs === 1 ? '' : `; medians of ${runs} runs`;
    console.log(`${engineBuild()}, one thread, peak ${peak} GFLOP/s; beside it: ${beside}${of}`);
    console.log('network        batch    ms/step   peak       peer    times');
    for (const line of lines) console.log(showLine(line));
  } finally {
    peer?.close();
  }
}
