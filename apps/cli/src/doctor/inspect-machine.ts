import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { readEnvironment } from '../env.ts';
import { findProgram } from '../load/find-k6.ts';
import { bytes } from '../output/format.ts';
import { builtFile, nextProgram } from '../stack/launch-files.ts';
import { chooseFrontPort, defaultPort } from '../stack/ports.ts';
import { findRunningStack } from '../stack/stack-lock.ts';
import { stackPaths } from '../stack/stack-paths.ts';

export interface Finding {
  name: string;
  /** optional: not there, and only some commands need it. */
  status: 'ok' | 'missing' | 'optional';
  detail: string;
  fix?: string;
}

const leastMemoryBytes = 2 * 1024 ** 3;
const leastDiskBytes = 2 * 1024 ** 3;

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const detail = `${process.versions.node} (${process.execPath})`;
  return major >= 26
    ? { name: 'Node', status: 'ok', detail }
    : { name: 'Node', status: 'missing', detail, fix: 'npm ci, then run it as npx starling' };
}

function builds(): Finding {
  const name = 'build';
  try {
    for (const app of ['coordinator', 'inference', 'worker']) builtFile(`apps/${app}/dist/main.js`);
    builtFile('apps/dashboard/.next/BUILD_ID');
    nextProgram();
    return { name, status: 'ok', detail: 'every app is built' };
  } catch (error) {
    return { name, status: 'missing', detail: (error as Error).message, fix: 'npm run build' };
  }
}

async function database(): Promise<Finding> {
  const name = 'Postgres';
  if (readEnvironment().databaseUrl !== undefined) {
    return { name, status: 'ok', detail: 'DATABASE_URL is set; the embedded one is not used' };
  }
  try {
    await import('@starling/db/embedded').then(({ findBinaries }) => findBinaries());
    return { name, status: 'ok', detail: 'embedded' };
  } catch (error) {
    return {
      name,
      status: 'missing',
      detail: (error as Error).message,
      fix: 'npm ci, or set DATABASE_URL to a Postgres of yours',
    };
  }
}

async function folder(path: string): Promise<Finding> {
  const name = 'data folder';
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
    const { bavail, bsize } = await statfs(path);
    const free = bavail * bsize;
    const detail = `${path}, ${bytes(free)} free`;
    return free >= leastDiskBytes
      ? { name, status: 'ok', detail }
      : {
          name,
          status: 'missing',
          detail,
          fix: `free some space: ${bytes(leastDiskBytes)} or more`,
        };
  } catch (error) {
    return {
      name,
      status: 'missing',
      detail: (error as Error).message,
      fix: 'choose another folder with --data',
    };
  }
}

function memory(): Finding {
  const detail = bytes(totalmem());
  return totalmem() >= leastMemoryBytes
    ? { name: 'memory', status: 'ok', detail }
    : {
        name: 'memory',
        status: 'missing',
        detail,
        fix: `use a machine with ${bytes(leastMemoryBytes)}`,
      };
}

async function port(stackFolder: string): Promise<Finding> {
  const running = await findRunningStack(stackPaths(stackFolder));
  if (running !== undefined) {
    return {
      name: 'stack',
      status: 'ok',
      detail: `runs at ${running.url ?? 'an address to come'}`,
    };
  }
  const chosen = await chooseFrontPort('127.0.0.1', undefined);
  return chosen === defaultPort
    ? { name: 'stack', status: 'ok', detail: `does not run; port ${defaultPort} is free` }
    : {
        name: 'stack',
        status: 'optional',
        detail: `does not run; port ${defaultPort} is taken, ${chosen} would be used`,
      };
}

async function optional(name: string, programs: string[], fix: string): Promise<Finding> {
  for (const program of programs) {
    const found = await findProgram(program);
    if (found !== undefined) return { name, status: 'ok', detail: found };
  }
  return { name, status: 'optional', detail: 'not found', fix };
}

/** What this machine has of what Starling needs. */
export async function inspectMachine(stackFolder: string): Promise<Finding[]> {
  return [
    node(),
    builds(),
    await database(),
    await folder(stackFolder),
    memory(),
    await port(stackFolder),
    await optional(
      'k6 (for npm run load)',
      ['k6'],
      'npm run load -- inference installs it where Go is, else see grafana.com/docs/k6',
    ),
    await optional(
      'Chromium (for browser tests)',
      ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
      'apt-get install chromium, or set STARLING_BROWSER',
    ),
  ];
}
