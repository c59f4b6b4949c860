import {
  buildNetwork,
  formatId,
  packIdSchema,
  resolveConfiguration,
  sweepIdSchema,
  trialIdSchema,
} from '@starling/domain';
import { type AssignedTrial, type PackAssignment, packAssignmentSchema } from '@starling/protocol';

/** An id of a kind that follows from a number. */
const idOf = (kind: 'pack' | 'trial' | 'sweep', number: number): string =>
  formatId(kind, 1_700_000_000_000 + number, new Uint8Array(10));

export const trialIdOf = (number: number): string => trialIdSchema.parse(idOf('trial', number));

const shape = { kind: 'signal', channels: 1, length: 8, classes: 2 } as const;

export function buildTrial(number: number, overrides: Partial<AssignedTrial> = {}): AssignedTrial {
  const configuration = resolveConfiguration({ family: 'mlp', depth: 1, width: 4 });
  return {
    trialId: trialIdSchema.parse(idOf('trial', number)),
    attempt: 1,
    number,
    seed: number,
    configuration,
    network: buildNetwork(configuration, shape),
    epochs: 5,
    resume: null,
    ...overrides,
  };
}

export function buildAssignment(
  number: number,
  dataset: { sha256: string; bytes: number },
  overrides: Partial<PackAssignment> = {},
): PackAssignment {
  return packAssignmentSchema.parse({
    packId: packIdSchema.parse(idOf('pack', number)),
    sweepId: sweepIdSchema.parse(idOf('sweep', 1)),
    sweepName: 'test',
    slot: 1,
    dataset,
    rungs: null,
    checkpointEverySeconds: 1000,
    trials: [buildTrial(number)],
    ...overrides,
  });
}
