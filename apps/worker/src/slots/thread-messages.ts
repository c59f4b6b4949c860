import type { EpochReport, WireError } from '@starling/domain';
import type { EpochCommand, SlotEnding, SlotJob } from './slot.ts';

/** From the worker process to a slot's thread. */
export type ToThread =
  | { kind: 'train'; job: SlotJob }
  /** The answer to an `epoch`; the thread waits for it. */
  | { kind: 'command'; command: EpochCommand };

/** From a slot's thread to the worker process. */
export type FromThread =
  | { kind: 'epoch'; report: EpochReport }
  | { kind: 'checkpoint'; epoch: number; bytes: Uint8Array }
  | { kind: 'ended'; ending: SlotEnding }
  | { kind: 'failed'; error: WireError };
