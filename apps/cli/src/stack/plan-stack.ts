import { join } from 'node:path';
import { projectRoot } from '../project-root.ts';
import { builtFile, nextProgram } from './launch-files.ts';
import type { StackSecrets } from './secrets.ts';
import type { StackPaths } from './stack-paths.ts';
import type { ProcessPlan } from './supervised-process.ts';

export interface StackSettings {
  host: string;
  port: number;
  slots: number;
  paths: StackPaths;
  secrets: StackSecrets;
  /** Of the loopback, for the parts that only the coordinator reaches. */
  ports: { inference: number; dashboard: number };
  databaseUrl: string;
  databaseKind: 'embedded' | 'external';
}

/** Address by which programs on this machine reach the front port. */
export function localUrl(host: string, port: number): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const logOf = (paths: StackPaths, name: string): string => join(paths.logs, `${name}.log`);

export function planPostgres(paths: StackPaths, port: number): ProcessPlan {
  return {
    name: 'postgres',
    file: builtFile('apps/cli/dist/stack/postgres-host.js'),
    env: () => ({
      STARLING_POSTGRES_FOLDER: paths.postgres,
      STARLING_POSTGRES_PORT: String(port),
    }),
    cwd: projectRoot,
    logFile: logOf(paths, 'postgres'),
    ready: { kind: 'message' },
    stopGraceMs: 60_000,
  };
}

export function planMigration(paths: StackPaths, databaseUrl: string): ProcessPlan {
  return {
    name: 'migration',
    file: builtFile('apps/cli/dist/stack/migrate-database.js'),
    env: () => ({ DATABASE_URL: databaseUrl }),
    cwd: projectRoot,
    logFile: logOf(paths, 'migration'),
    ready: { kind: 'message' },
    stopGraceMs: 10_000,
    mayEnd: true,
  };
}

/** The processes of a stack beside its database, by name. */
export function planStack(settings: StackSettings) {
  const { paths, secrets, ports, host, port } = settings;
  const url = localUrl(host, port);
  const inferenceUrl = `http://127.0.0.1:${ports.inference}`;
  const dashboardUrl = `http://127.0.0.1:${ports.dashboard}`;
  const shared = { cwd: projectRoot };

  const coordinator = (): ProcessPlan => ({
    ...shared,
    name: 'coordinator',
    file: builtFile('apps/coordinator/dist/main.js'),
    env: () => ({
      DATABASE_URL: settings.databaseUrl,
      STARLING_DATABASE_KIND: settings.databaseKind,
      STARLING_HOST: host,
      STARLING_PORT: String(port),
      STARLING_DATA: paths.coordinatorData,
      STARLING_DASHBOARD_URL: dashboardUrl,
      STARLING_INFERENCE_URL: inferenceUrl,
      STARLING_INTERNAL_SECRET: secrets.internalSecret,
      STARLING_BOOTSTRAP_TOKENS: JSON.stringify([
        { token: secrets.adminToken, name: 'this machine', role: 'admin' },
        { token: secrets.workerToken, name: 'local worker', role: 'worker' },
        { token: secrets.inferenceToken, name: 'local inference', role: 'worker' },
      ]),
    }),
    logFile: logOf(paths, 'coordinator'),
    ready: { kind: 'http', url: `${url}/health/ready` },
    stopGraceMs: 20_000,
  });
  const inference = (): ProcessPlan => ({
    ...shared,
    name: 'inference',
    file: builtFile('apps/inference/dist/main.js'),
    env: () => ({
      STARLING_HOST: '127.0.0.1',
      STARLING_PORT: String(ports.inference),
      STARLING_URL: url,
      STARLING_TOKEN: secrets.inferenceToken,
      STARLING_DATA: paths.inferenceData,
      STARLING_INTERNAL_SECRET: secrets.internalSecret,
    }),
    logFile: logOf(paths, 'inference'),
    ready: { kind: 'http', url: `${inferenceUrl}/health/live` },
    stopGraceMs: 10_000,
  });
  const dashboard = (): ProcessPlan => ({
    name: 'dashboard',
    file: nextProgram(),
    args: ['start', '--hostname', '127.0.0.1', '--port', String(ports.dashboard)],
    env: () => ({ NODE_ENV: 'production', STARLING_URL: url }),
    cwd: join(projectRoot, 'apps/dashboard'),
    logFile: logOf(paths, 'dashboard'),
    ready: { kind: 'http', url: `${dashboardUrl}/` },
    stopGraceMs: 5_000,
  });
  const worker = (): ProcessPlan => ({
    ...shared,
    name: 'worker',
    file: builtFile('apps/worker/dist/main.js'),
    env: () => ({
      STARLING_URL: url,
      STARLING_TOKEN: secrets.workerToken,
      STARLING_SLOTS: String(settings.slots),
      STARLING_WORKER_NAME: 'local',
      STARLING_DATA: paths.workerData,
    }),
    logFile: logOf(paths, 'worker'),
    ready: { kind: 'started' },
    stopGraceMs: 30_000,
    mayEnd: true,
  });
  return { coordinator, inference, dashboard, worker };
}
