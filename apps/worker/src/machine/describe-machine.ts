import { arch, availableParallelism, cpus, hostname, platform, totalmem } from 'node:os';
import type { Machine } from '@starling/domain';

/** What the fleet page shows of the machine that this process runs on. */
export function describeMachine(): Machine {
  return {
    host: hostname(),
    platform: platform(),
    arch: arch(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    nodeVersion: process.version,
    processId: process.pid,
  };
}
