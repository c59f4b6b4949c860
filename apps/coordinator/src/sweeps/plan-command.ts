import { isTrialFinished, type TrialStatus } from '@starling/domain';

/** What a person, or the clock, asks of trials. */
export type TrialCommand = 'pause' | 'resume' | 'cancel' | 'stop';

/** What that means for one trial; `interrupt` asks its worker, who answers with a fact. */
export type TrialEffect =
  | { kind: 'none' }
  | { kind: 'become'; to: Extract<TrialStatus, 'waiting' | 'paused' | 'cancelled'> }
  | { kind: 'interrupt'; with: 'pause' | 'stop' };

const none: TrialEffect = { kind: 'none' };
const cancelled: TrialEffect = { kind: 'become', to: 'cancelled' };

const effects: Record<
  TrialCommand,
  Record<Extract<TrialStatus, 'waiting' | 'running' | 'paused'>, TrialEffect>
> = {
  pause: {
    waiting: { kind: 'become', to: 'paused' },
    running: { kind: 'interrupt', with: 'pause' },
    paused: none,
  },
  resume: { waiting: none, running: none, paused: { kind: 'become', to: 'waiting' } },
  // A cancelled trial keeps nothing that its worker could still send: it ends at once.
  cancel: { waiting: cancelled, running: cancelled, paused: cancelled },
  // A stopped one keeps its curve and weights, which only its worker can finish.
  stop: { waiting: cancelled, running: { kind: 'interrupt', with: 'stop' }, paused: cancelled },
};

/** What a command does to a trial in a status; a finished trial never changes. */
export function planCommand(command: TrialCommand, status: TrialStatus): TrialEffect {
  return isTrialFinished(status) ? none : effects[command][status];
}
