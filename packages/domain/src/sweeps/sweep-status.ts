import { z } from 'zod';
import { AppError } from '../errors/index.ts';

/**
 * running: proposes and trains. paused: running trials go back to waiting with their
 * checkpoints. cancelled: the user ended it. completed: the budget is used up.
 * failed: nothing could be proposed or trained, with a reason.
 */
export const sweepStatuses = ['running', 'paused', 'completed', 'cancelled', 'failed'] as const;
export const sweepStatusSchema = z.enum(sweepStatuses);
export type SweepStatus = z.infer<typeof sweepStatusSchema>;

export const sweepCommands = ['pause', 'resume', 'cancel', 'complete', 'fail'] as const;
export type SweepCommand = (typeof sweepCommands)[number];

const transitions: Record<SweepStatus, Partial<Record<SweepCommand, SweepStatus>>> = {
  running: { pause: 'paused', cancel: 'cancelled', complete: 'completed', fail: 'failed' },
  paused: { resume: 'running', cancel: 'cancelled', complete: 'completed', fail: 'failed' },
  completed: {},
  cancelled: {},
  failed: {},
};

export function isSweepOver(status: SweepStatus): boolean {
  return Object.keys(transitions[status]).length === 0;
}

/** The status after a command; asking for what already is changes nothing; else a `conflict`. */
export function transitionSweep(status: SweepStatus, command: SweepCommand): SweepStatus {
  const next = transitions[status][command];
  if (next !== undefined) return next;
  const reached: Record<SweepCommand, SweepStatus> = {
    pause: 'paused',
    resume: 'running',
    cancel: 'cancelled',
    complete: 'completed',
    fail: 'failed',
  };
  if (reached[command] === status) return status;
  throw new AppError('conflict', `a ${status} sweep cannot ${command}`, {
    problems: [{ field: 'status', message: `a ${status} sweep cannot ${command}`, value: status }],
  });
}
