import { z } from 'zod';
import { packIdSchema, sweepIdSchema, trialIdSchema, workerIdSchema } from '../ids.ts';

/** What a worker says of the machine that it runs on. */
export const machineSchema = z.object({
  host: z.string(),
  platform: z.string(),
  arch: z.string(),
  cpu: z.string(),
  cores: z.int().min(1),
  memoryBytes: z.int().nonnegative(),
  nodeVersion: z.string(),
  processId: z.int(),
});
export type Machine = z.infer<typeof machineSchema>;

/** connected: heartbeats arrive. draining: takes nothing new. lost: silent past its lease. gone: said goodbye. */
export const workerStatuses = ['connected', 'draining', 'lost', 'gone'] as const;

export const slotSummarySchema = z.object({
  slot: z.int().min(1),
  packId: packIdSchema.nullable(),
  trials: z.array(
    z.object({
      trialId: trialIdSchema,
      number: z.int(),
      sweepId: sweepIdSchema,
      sweepName: z.string(),
      family: z.string(),
      epoch: z.int().nonnegative(),
      epochsPlanned: z.int(),
    }),
  ),
});

export const workerSummarySchema = z.object({
  id: workerIdSchema,
  name: z.string(),
  status: z.enum(workerStatuses),
  /** `kernels` (WebAssembly on CPU) or `tfjs`. */
  engine: z.string(),
  /** Which build of the engine runs, for example `simd` or `relaxed-simd`. */
  engineBuild: z.string(),
  machine: machineSchema,
  slots: z.array(slotSummarySchema),
  connectedAt: z.iso.datetime(),
  lastHeartbeatAt: z.iso.datetime(),
});
export type WorkerSummary = z.output<typeof workerSummarySchema>;
