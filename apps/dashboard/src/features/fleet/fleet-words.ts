import type { WorkerSummary } from '@starling/domain';
import type { Tone } from '../../ui/Badge.tsx';

type WorkerStatus = WorkerSummary['status'];

export const workerTones: Record<WorkerStatus, Tone> = {
  connected: 'good',
  draining: 'warn',
  lost: 'bad',
  gone: 'neutral',
};

/** What a state means, for the badge's title. */
export const statusMeanings: Record<WorkerStatus, string> = {
  connected: 'Heartbeats arrive.',
  draining: 'Takes nothing new; running trials are checkpointed and handed back.',
  lost: 'Silent for longer than its lease; its trials went to other slots.',
  gone: 'Said goodbye.',
};

const order: readonly WorkerStatus[] = ['connected', 'draining', 'lost', 'gone'];

/** Those that work first; by name within a state, then by id, so that rows keep their places. */
export function sortWorkers(workers: readonly WorkerSummary[]): WorkerSummary[] {
  return workers.toSorted(
    (a, b) =>
      order.indexOf(a.status) - order.indexOf(b.status) ||
      a.name.localeCompare(b.name) ||
      (a.id < b.id ? -1 : 1),
  );
}

export interface FleetFigures {
  present: number;
  busySlots: number;
  slots: number;
  trials: number;
  cores: number;
  memoryBytes: number;
}

/** Sums over the workers that are there; cores and memory once a machine, however many workers it has. */
export function sumFleet(workers: readonly WorkerSummary[]): FleetFigures {
  const present = workers.filter(({ status }) => status === 'connected' || status === 'draining');
  const slots = present.flatMap((worker) => worker.slots);
  const machines = new Map(present.map(({ machine }) => [machine.host, machine]));
  return {
    present: present.length,
    busySlots: slots.filter(({ trials }) => trials.length > 0).length,
    slots: slots.length,
    trials: slots.reduce((sum, { trials }) => sum + trials.length, 0),
    cores: [...machines.values()].reduce((sum, { cores }) => sum + cores, 0),
    memoryBytes: [...machines.values()].reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  };
}
