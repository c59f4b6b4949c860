// Entry of `npm start`, `npm run demo` and `npm test` on a machine with only Node and npm.
// Runs on the system's Node (18 or newer), so it is plain JavaScript without dependencies:
// installs and builds what is missing, then hands over to the project's own Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.cache/starling/build-stamp');
const node = join(modules, 'node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

const variables = process.env;

const say = (line) => process.stderr.write(`${line}\n`);

function fail(message, fix) {
  say(`starling: ${message}\n  fix: ${fix}`);
  process.exit(1);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Compares what the lockfile asks for with what npm says it installed; undefined: in step. */
function reasonToInstall() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(modules, '.package-lock.json'))?.packages;
  if (wanted === undefined) fail('package-lock.json cannot be read', 'restore it from git');
  if (installed === undefined) return 'nothing is installed yet';
  for (const [path, entry] of Object.entries(wanted)) {
    const isLocal = !path.startsWith('node_modules/') || entry.link === true;
    if (isLocal || entry.optional === true || entry.peer === true) continue;
    if (installed[path]?.version !== entry.version) return `${path} is not ${entry.version}`;
  }
  return existsSync(node) ? undefined : 'the project’s own Node is missing';
}

/** The environment of npm and turbo: no telemetry, no downloads beyond the registry. */
function quietEnvironment(extra = {}) {
  return {
    ...variables,
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    CHECKPOINT_DISABLE: '1',
    // Any file that exists stands in for Prisma's schema engine, which nothing here runs.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    ...extra,
  };
}

function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
    child.on('error', reject);
    child.on('close', (status, signal) => resolve(signal === null ? status : 1));
  });
}

async function install() {
  const reason = reasonToInstall();
  if (reason === undefined) return;
  const command = existsSync(join(modules, '.package-lock.json')) ? 'install' : 'ci';
  say(`Installing packages (npm ${command}): ${reason}. This takes a minute or two, once.`);
  // Not on the Node inside node_modules: npm would replace the file that it runs on.
  const path = (variables.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(modules))
    .join(delimiter);
  const npm = variables.npm_execpath?.endsWith('.js') ? variables.npm_execpath : undefined;
  const flags = [command, '--no-audit', '--no-fund', '--loglevel=error'];
  const env = quietEnvironment({ PATH: path });
  // npm passes its own settings down; these two would keep build tools away.
  delete env.npm_config_production;
  delete env.NODE_ENV;
  const status = npm
    ? await run(variables.npm_node_execpath ?? 'node', [npm, ...flags], { env })
    : await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', flags, {
        env,
        shell: process.platform === 'win32',
      });
  if (status !== 0) {
    fail(`npm ${command} failed (exit ${status})`, 'read npm’s words above, then run this again');
  }
  if (!existsSync(node)) {
    fail(
      'the npm package node brought no binary for this machine',
      'allow its install script (npm config delete ignore-scripts), then: npm ci',
    );
  }
}

const skipped = new Set([
  'node_modules',
  'dist',
  '.next',
  '.turbo',
  'build',
  'generated',
  'next-env.d.ts',
]);

/** Every source file's path, size and time: when none changed, the build is skipped whole. */
function sourceStamp() {
  const hash = createHash('sha256');
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (skipped.has(entry.name) || /\.tsbuildinfo$|\.log$/.test(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) {
        const { size, mtimeMs } = statSync(path);
        hash.update(`${path.slice(root.length)} ${size} ${mtimeMs}\n`);
      }
    }
  };
  for (const folder of ['packages', 'apps', 'prisma']) visit(join(root, folder));
  for (const file of ['package-lock.json', 'turbo.json', 'package.json']) {
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function isBuilt() {
  const apps = ['coordinator', 'worker', 'inference', 'cli'];
  return (
    apps.every((app) => existsSync(join(root, 'apps', app, 'dist/main.js'))) &&
    existsSync(join(root, 'apps/dashboard/.next/BUILD_ID'))
  );
}

async function build() {
  const before = sourceStamp();
  const known = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (known === before && isBuilt()) return;
  say('Building (a minute or two the first time; unchanged parts come from the cache).');
  const bin = join(modules, '.bin');
  const status = await run(
    node,
    [
      join(modules, 'turbo/bin/turbo'),
      'run',
      'build',
      '--ui=stream',
      '--output-logs=errors-only',
      '--log-prefix=task',
    ],
    { env: quietEnvironment({ PATH: `${bin}${delimiter}${variables.PATH ?? ''}` }) },
  );
  if (status !== 0) {
    fail(
      `the build failed (exit ${status})`,
      'read the errors above, mend them and run this again',
    );
  }
  // What changed while it was built is built again next time: the stamp is the older one.
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, before);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The npm that runs this script: the parent, or the parent of the shell in between. */
function findNpm() {
  if (variables.npm_lifecycle_event === undefined || process.platform === 'win32') return undefined;
  let pid = process.ppid;
  for (let steps = 0; steps < 3 && pid > 1; steps++) {
    const { stdout } = spawnSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], {
      encoding: 'utf8',
    });
    const found = /^\s*(\d+)\s+(.*)$/m.exec(stdout ?? '');
    if (found === null) return undefined;
    if (/^(npm|.*[/\\]npm(-cli\.js)?)( |$)|node .*npm/.test(found[2])) return pid;
    pid = Number(found[1]);
  }
  return undefined;
}

/** Runs the target on the project's Node; this process only waits and passes signals on. */
function handOver(target, args) {
  const preload = pathToFileURL(join(root, 'apps/cli/bin/die-with-parent.js')).href;
  const env = quietEnvironment({
    PATH: `${join(modules, '.bin')}${delimiter}${variables.PATH ?? ''}`,
  });
  delete env.PRISMA_SCHEMA_ENGINE_BINARY;
  const child = spawn(node, ['--import', preload, join(root, target), ...args], {
    cwd: variables.INIT_CWD && existsSync(variables.INIT_CWD) ? variables.INIT_CWD : root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env,
  });
  // A terminal sends Ctrl-C to the child as well; elsewhere it has to be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  const npm = findNpm();
  if (npm !== undefined) {
    // When npm is killed, its script would run on without an owner.
    setInterval(() => {
      if (!isAlive(npm)) child.kill('SIGTERM');
    }, 1000).unref();
  }
  child.on('error', (error) => fail(error.message, 'run npm ci'));
  child.on('exit', (status, signal) => {
    process.exit(signal === null ? (status ?? 1) : 128 + (signal === 'SIGINT' ? 2 : 15));
  });
}

const [target, ...args] = process.argv.slice(2);
const major = Number(process.versions.node.split('.')[0]);
if (major < 18) {
  fail(`Node ${process.versions.node} is too old to install with`, 'use Node 18 or newer');
}
await install();
await build();
if (target !== undefined) handOver(target, args);
