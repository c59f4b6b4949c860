import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { describeNetwork } from '@starling/domain';
import { engineBuild } from '@starling/engine';
import { loadKernels } from '@starling/kernels';
import { type BenchNetwork, benchNetworks } from './bench-networks.ts';
import { median, msPerCall } from './cpu-time.ts';
import { engineStepper } from './engine-stepper.ts';
import { openPeer, type Peer } from './peer-torch.ts';

const TURNS = 7;
const TURN_MS = 200;
const PEAK_ROUNDS = 1_000_000;
const recordedFile = new URL('./recorded.json', import.meta.url);

/** One line of the result; `--json` prints an array of them. */
interface Line {
  network: string;
  batch: number;
  engine: string;
  /** One thread, processor time. */
  msPerStep: number;
  /** Share of the f32x4 multiply-add peak that the whole step reaches. */
  peakShare: number;
  peer?: { name: string; version: string; msPerStep: number };
  /** Where no peer could be measured: how many times faster it was found to be, and when. */
  recorded?: { ratio: number; name: string; version: string; date: string };
}

interface Recorded {
  date: string;
  machine: string;
  name: string;
  version: string;
  ratios: { network: string; batch: number; ratio: number }[];
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
  const { peer, recorded } = line;
  const cells = [
    line.network.padEnd(14),
    String(line.batch).padStart(5),
    line.msPerStep.toFixed(4).padStart(10),
    `${(100 * line.peakShare).toFixed(0)} %`.padStart(6),
  ];
  if (peer !== undefined) {
    const ratio = `${(peer.msPerStep / line.msPerStep).toFixed(1)}×`;
    cells.push(peer.msPerStep.toFixed(3).padStart(10), ratio.padStart(8));
  } else if (recorded !== undefined) {
    const { ratio, name, version, date } = recorded;
    cells.push(`  recorded ${date}: ${ratio.toFixed(1)}× ${name} ${version}`);
  }
  return cells.join(' ');
}

function record(lines: readonly Line[], peer: Peer): void {
  const recorded: Recorded = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0]?.model ?? 'unknown'}, one thread`,
    name: peer.name,
    version: peer.version,
    ratios: lines.map(({ network, batch, msPerStep, peer: measured }) => ({
      network,
      batch,
      ratio: Math.round((10 * (measured?.msPerStep ?? Number.NaN)) / msPerStep) / 10,
    })),
  };
  writeFileSync(recordedFile, `${JSON.stringify(recorded, null, 2)}\n`);
}

/**
 * Milliseconds a training step on one thread. `--json` prints an array of lines; `--record` keeps
 * the ratios for machines without PyTorch; other words keep only networks whose names have them.
 */
export async function runTraining(options: string[]): Promise<void> {
  const words = options.filter((option) => !option.startsWith('--'));
  const networks = benchNetworks.filter(
    ({ network }) => words.length === 0 || words.some((word) => network.includes(word)),
  );
  const peer = await openPeer(networks);
  try {
    const result = await measureAll(networks, peer);
    const lines = linesOf(result, peer);
    if (peer !== undefined && options.includes('--record')) record(lines, peer);
    if (options.includes('--json')) {
      console.log(JSON.stringify(lines, null, 2));
      return;
    }
    const peak = (result.peakFlopsPerMs / 1e6).toFixed(1);
    const beside =
      peer === undefined ? 'no Python with torch here' : `${peer.name} ${peer.version}`;
    console.log(`${engineBuild()}, one thread, peak ${peak} GFLOP/s; beside it: ${beside}`);
    console.log('network        batch    ms/step   peak       peer    times');
    for (const line of lines) console.log(showLine(line));
  } finally {
    peer?.close();
  }
}
