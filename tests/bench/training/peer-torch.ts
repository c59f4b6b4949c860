import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { BenchNetwork } from './bench-networks.ts';

/** PyTorch in a process of its own that takes steps when told to. */
export interface Peer {
  name: string;
  version: string;
  /** Milliseconds a step of the network at this position of those given at the start. */
  measure(index: number, leastMs: number): Promise<number>;
  close(): void;
}

function findPython(): string | undefined {
  return [process.env['STARLING_PYTHON'], 'python3', 'python'].find(
    (python) =>
      python !== undefined &&
      spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore', timeout: 120_000 }).status === 0,
  );
}

/** Undefined where no Python with torch is found: STARLING_PYTHON, then python3, then python. */
export async function openPeer(networks: readonly BenchNetwork[]): Promise<Peer | undefined> {
  const python = findPython();
  if (python === undefined) return undefined;
  const script = new URL('./peer_torch.py', import.meta.url).pathname;
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(python, [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  async function ask<Answer>(question: unknown): Promise<Answer> {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error('peer_torch.py ended; its words are above');
    return JSON.parse(value) as Answer;
  }
  const { version } = await ask<{ version: string }>(
    networks.map(({ spec, batch }) => ({ spec, batch })),
  );
  return {
    name: 'PyTorch',
    version,
    async measure(index, leastMs) {
      return (await ask<{ msPerStep: number }>({ index, leastMs })).msPerStep;
    },
    close: () => child.stdin.end(),
  };
}
