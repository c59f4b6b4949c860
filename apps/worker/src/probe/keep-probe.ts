import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Machine, type WorkerProbe, workerProbeSchema } from '@starling/domain';
import type { Logger } from '@starling/runtime';

/** What measurements are good for: another build or machine measures anew. */
export interface ProbeSubject {
  build: string;
  machine: Pick<Machine, 'host' | 'arch' | 'cpu' | 'cores' | 'nodeVersion' | 'gpus'>;
}

/** Raised when other things are measured, or differently. */
const VERSION = 2;

function fileOf(folder: string, { build, machine }: ProbeSubject): string {
  const { host, arch, cpu, cores, nodeVersion, gpus = [] } = machine;
  const cards = gpus.map(({ name, driver }) => [name, driver]);
  const subject = JSON.stringify([VERSION, build, host, arch, cpu, cores, nodeVersion, cards]);
  const hash = createHash('sha256').update(subject).digest('hex').slice(0, 16);
  return join(folder, `probe-${hash}.json`);
}

/**
 * The probe of this build on this machine: from the folder where it was measured before, else
 * measured now and kept. A folder that cannot be written is no reason not to train.
 */
export async function keepProbe(
  folder: string,
  subject: ProbeSubject,
  measure: () => Promise<WorkerProbe>,
  log: Pick<Logger, 'debug' | 'info'>,
): Promise<WorkerProbe> {
  const file = fileOf(folder, subject);
  try {
    return workerProbeSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Not measured yet, or not by this version.
  }
  const probe = await measure();
  log.info({ points: probe.points.length }, 'measured how fast this machine trains');
  try {
    await mkdir(folder, { recursive: true });
    const part = `${file}.${process.pid}`;
    await writeFile(part, JSON.stringify(probe));
    await rename(part, file);
  } catch (error) {
    log.debug({ reason: String(error) }, 'the probe was not kept');
  }
  return probe;
}
