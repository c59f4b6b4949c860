import type { Gpu, Machine, WorkerProbe } from '@starling/domain';
import { engineBuild, engineName } from '@starling/engine';
import { type Logger, systemClock } from '@starling/runtime';
import type { EngineChoice, PackProcessSettings } from '../env.ts';
import { keepProbe } from '../probe/keep-probe.ts';
import { measureKernels } from '../probe/measure-kernels.ts';
import { PROBE_BATCH, probeNetworks } from '../probe/probe-networks.ts';
import { forkPackProcess, openPackProcess, type PackProcess } from '../slots/pack-process.ts';
import { createProcessSlot } from '../slots/process-slot.ts';
import type { Slot } from '../slots/slot.ts';
import { createThreadSlot } from '../slots/thread-slot.ts';

/** What a worker trains with: how it is named, how fast it is, and where its slots come from. */
export interface WorkerEngine {
  /** `kernels` or `tfjs`. */
  name: string;
  build: string;
  gpus: Gpu[];
  probe: WorkerProbe;
  createSlot: () => Slot;
}

export interface OpenEngineOptions {
  choice: EngineChoice;
  /** Where the package of a tfjs engine lies; null: where it is usually put. */
  tfjsFolder: string | null;
  slots: number;
  machine: Machine;
  /** Where measurements are kept. */
  probeFolder: string;
  log: Logger;
}

const backends = { 'tfjs-gpu': 'node-gpu', 'tfjs-node': 'node', 'tfjs-cpu': 'cpu' } as const;

/** Sizes of packs that are measured, and how long that may take; the plain backend is for tests. */
const tfjsProbe: Record<keyof typeof backends, { lanes: number[]; budgetMs: number }> = {
  'tfjs-gpu': { lanes: [1, 32, 8, 128], budgetMs: 20_000 },
  'tfjs-node': { lanes: [1, 32, 8], budgetMs: 6000 },
  'tfjs-cpu': { lanes: [1, 4], budgetMs: 500 },
};
/** Most trials in a pack: beyond it a pack's epochs are long and its room hardly any cheaper. */
const maximumLanes: Record<keyof typeof backends, number> = {
  'tfjs-gpu': 128,
  'tfjs-node': 64,
  'tfjs-cpu': 8,
};

/**
 * Loads an engine and measures it, unless that was done before. Throws an AppError that says what
 * is missing, and the fix, where it cannot be loaded.
 */
export function openEngine(options: OpenEngineOptions): Promise<WorkerEngine> {
  const { choice } = options;
  return choice === 'kernels' ? openKernels(options) : openTfjs(choice, options);
}

async function openKernels({ machine, probeFolder, log }: OpenEngineOptions) {
  const build = engineBuild();
  const measure = async (): Promise<WorkerProbe> => ({
    points: measureKernels(),
    maximumLanes: 1,
    laneMemoryBytes: null,
    measuredAt: new Date(systemClock.nowMs()).toISOString(),
  });
  const probe = await keepProbe(probeFolder, { build, machine }, measure, log);
  return { name: engineName, build, gpus: [], probe, createSlot: () => createThreadSlot() };
}

async function openTfjs(
  choice: keyof typeof backends,
  { tfjsFolder, slots, machine, probeFolder, log }: OpenEngineOptions,
): Promise<WorkerEngine> {
  const backend = backends[choice];
  // Slots share the cores: threads that wait for each other make a step slower, not faster.
  const cores = Math.max(1, Math.floor(machine.cores / slots));
  const settings = (cards: number, slot: number): PackProcessSettings => ({
    backend,
    // The plain backend is among the worker's own packages.
    path: tfjsFolder ?? (backend === 'cpu' ? import.meta.dirname : null),
    shareOfMemory: Math.min(1, Math.max(1, cards) / slots),
    ...(cards > 1 && { device: slot % cards }),
    ...(backend === 'node' && { threads: cores }),
  });
  const first = await openPackProcess(forkPackProcess(settings(1, 0)));
  const { build, gpus, memoryBytes, recurrent } = first.engine;
  const { lanes, budgetMs } = tfjsProbe[choice];
  const measure = async (): Promise<WorkerProbe> => ({
    points: await first.probe({
      kind: 'probe',
      networks: probeNetworks().map((network) => ({ ...network, batchSize: PROBE_BATCH, lanes })),
      budgetMs,
    }),
    maximumLanes: maximumLanes[choice],
    laneMemoryBytes: memoryBytes,
    measuredAt: new Date(systemClock.nowMs()).toISOString(),
  });
  const subject = { build, machine: { ...machine, cores, gpus } };
  const probe = await keepProbe(probeFolder, subject, measure, log);

  // The first slot takes over the process that was measured, where it is as the slot wants it.
  let spare: PackProcess | undefined = first;
  let made = 0;
  const createSlot = (): Slot => {
    const slot = made++;
    return createProcessSlot(async () => {
      const taken = slot === 0 ? spare : undefined;
      spare = slot === 0 ? undefined : spare;
      return taken ?? openPackProcess(forkPackProcess(settings(gpus.length, slot)));
    });
  };
  return {
    name: 'tfjs',
    build,
    gpus,
    probe: { ...probe, laneMemoryBytes: memoryBytes, recurrent },
    createSlot,
  };
}
