import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildNetwork, resolveConfiguration } from '@starling/domain';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildAssignment, buildTrial, trialIdOf } from './testing/assignments.ts';
import { storeSignals } from './testing/real-dataset.ts';
import { startCoordinator, until } from './testing/start-worker.ts';

async function startProcess(environment: Record<string, string>, args: string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'starling-process-'));
  const child = spawn(
    process.execPath,
    ['--conditions=starling-source', new URL('./main.ts', import.meta.url).pathname, ...args],
    {
      env: { PATH: process.env['PATH'], STARLING_DATA: folder, ...environment },
      // The channel ends the worker with this process, should a kill leave no time for more.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const output: string[] = [];
  child.stdout?.on('data', (chunk) => output.push(String(chunk)));
  child.stderr?.on('data', (chunk) => output.push(String(chunk)));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  return { child, output };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = await once(child, 'exit');
  return code as number | null;
}

async function startTraining(epochs: number) {
  const coordinator = await startCoordinator();
  const data = await storeSignals();
  coordinator.artifacts.set(data.sha256, data.bytes);
  const started = await startProcess(
    { STARLING_URL: coordinator.url, STARLING_TOKEN: coordinator.token, STARLING_WORKER_NAME: 'p' },
    ['--slots', '2'],
  );
  await until('the process is connected', () => coordinator.isConnected, 20_000);
  const configuration = resolveConfiguration({ family: 'mlp', depth: 2, width: 32 });
  const network = buildNetwork(configuration, data.shape);
  const trials = [buildTrial(1, { configuration, network, epochs })];
  const dataset = { sha256: data.sha256, bytes: data.bytes.byteLength };
  await coordinator.assign(buildAssignment(1, dataset, { trials, slot: 2 }));
  const trial = coordinator.trials.get(trialIdOf(1));
  if (trial === undefined) throw new Error('no trial');
  return { coordinator, trial, ...started };
}

describe('the worker process', () => {
  it('trains, and on SIGTERM hands back with a checkpoint and exits with 0', async () => {
    const { coordinator, trial, child, output } = await startTraining(1_000_000);
    await until('it trains', () => trial.reports.length > 3, 20_000);
    expect(coordinator.hellos[0]).toMatchObject({ name: 'p', slots: 2, engine: 'kernels' });
    child.kill('SIGTERM');
    expect(await exitOf(child), output.join('')).toBe(0);
    expect(trial.handedBack).toBe('drain');
    expect(trial.checkpoints.at(-1)?.epoch).toBe(trial.reports.length);
    expect(coordinator.goodbyes).toBe(1);
    expect(output.join('')).not.toContain(coordinator.token);
  });

  it('trains packs on tfjs where it is told to, having said how fast it is', {
    timeout: 130_000,
  }, async () => {
    const coordinator = await startCoordinator();
    const data = await storeSignals();
    coordinator.artifacts.set(data.sha256, data.bytes);
    const { child, output } = await startProcess(
      { STARLING_URL: coordinator.url, STARLING_TOKEN: coordinator.token },
      ['--engine', 'tfjs-cpu'],
    );
    await until('the process is connected', () => coordinator.isConnected, 60_000);
    const [hello] = coordinator.hellos;
    expect(hello).toMatchObject({ engine: 'tfjs', slots: 1, probe: { maximumLanes: 8 } });
    expect(hello?.engineBuild).toMatch(/^tfjs-cpu\//);
    expect(hello?.probe?.points.length).toBeGreaterThan(0);
    expect(hello?.probe?.recurrent).toBe('step by step: cuDNN needs an NVIDIA card');
    const configuration = resolveConfiguration({ family: 'mlp', depth: 1, width: 4 });
    const network = buildNetwork(configuration, data.shape);
    const trials = [1, 2].map((number) =>
      buildTrial(number, { configuration, network, epochs: 2 }),
    );
    const dataset = { sha256: data.sha256, bytes: data.bytes.byteLength };
    await coordinator.assign(buildAssignment(1, dataset, { trials }));
    const stored = () => [1, 2].map((number) => coordinator.trials.get(trialIdOf(number)));
    await until('both are over', () => stored().every((trial) => trial?.result), 60_000);
    expect(stored().map((trial) => trial?.result?.outcome)).toEqual(['completed', 'completed']);
    expect(stored().map((trial) => trial?.reports.length)).toEqual([2, 2]);
    child.kill('SIGTERM');
    expect(await exitOf(child), output.join('')).toBe(0);
  });

  it('exits at once on a second SIGTERM', async () => {
    const { coordinator, trial, child, output } = await startTraining(1_000_000);
    await until('it trains', () => trial.reports.length > 3, 20_000);
    await coordinator.goAway();
    child.kill('SIGTERM');
    await until('it drains', () => output.join('').includes('draining'));
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(130);
  });

  it('ends soon when whoever started it is gone, though the coordinator is gone, too', async () => {
    const { coordinator, trial, child, output } = await startTraining(1_000_000);
    await until('it trains', () => trial.reports.length > 3, 20_000);
    await coordinator.goAway();
    const goneAt = performance.now();
    // All that a killed parent leaves of itself.
    child.disconnect();
    expect(await exitOf(child), output.join('')).toBe(1);
    expect(output.join('')).toContain('whoever started this worker is gone');
    // A drain that is asked for takes 25 s before it gives up.
    expect(performance.now() - goneAt).toBeLessThan(20_000);
  });

  it('exits with 1 and the reason where its token is refused or its settings are wrong', async () => {
    const coordinator = await startCoordinator();
    const refused = await startProcess({
      STARLING_URL: coordinator.url,
      STARLING_TOKEN: 'stl_wrong',
    });
    expect(await exitOf(refused.child)).toBe(1);
    expect(refused.output.join('')).toContain('this token is not known');
    expect(refused.output.join('')).toContain('starling token create --name NAME --role worker');
    const wrong = await startProcess({ STARLING_TOKEN: 'x' }, [
      '--url',
      'nowhere',
      '--slots',
      'many',
    ]);
    expect(await exitOf(wrong.child)).toBe(1);
    expect(wrong.output.join('')).toContain('STARLING_URL');
    expect(wrong.output.join('')).toContain('STARLING_SLOTS');
  });

  it('answers health and metrics where a port is set', async () => {
    const coordinator = await startCoordinator();
    const { output } = await startProcess({
      STARLING_URL: coordinator.url,
      STARLING_TOKEN: coordinator.token,
      STARLING_WORKER_PORT: '0',
    });
    await until('it is connected', () => coordinator.isConnected, 20_000);
    await until('it says its port', () => /"port":(\d+)/.test(output.join('')));
    const port = /"port":(\d+)/.exec(output.join(''))?.[1];
    const get = async (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/health/ready')).status).toBe(200);
    expect(await (await get('/metrics')).text()).toContain('starling_worker_slots');
    expect((await get('/elsewhere')).status).toBe(404);
  });
});
