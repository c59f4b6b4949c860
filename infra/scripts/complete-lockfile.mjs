// Adds to package-lock.json the binaries of other platforms that npm left out.
//   node infra/scripts/complete-lockfile.mjs [--check]
// npm leaves an optional package out of the lockfile when the registry in use does not serve it
// (some mirrors serve one platform only); `npm ci` then refuses the lockfile, and other
// platforms would lack their binaries. What is added has version, system and processor, by the
// package's name; its checksum is filled in by npm where that platform installs it.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(dirname(fileURLToPath(import.meta.url)), '../../package-lock.json');
const systems = { windows: 'win32', win32: 'win32', darwin: 'darwin', linux: 'linux' };
const otherSystems = ['android', 'freebsd', 'openharmony', 'netbsd', 'openbsd', 'sunos', 'aix'];
for (const system of otherSystems) systems[system] = system;
const processors = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64'];

/** What a name such as `@swc/core-linux-arm-gnueabihf` says of its platform. */
function platformOf(name) {
  const words = name.replace(/^@[^/]+\//, '').split(/[-/]/);
  const system = words.map((word) => systems[word]).find((found) => found !== undefined);
  const processor = words.includes('64') ? 'x64' : processors.find((each) => words.includes(each));
  if (system === undefined || processor === undefined) return undefined;
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : undefined;
  return { os: [system], cpu: [processor], ...(libc === undefined ? {} : { libc }) };
}

const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = [];
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (lock.packages[path] !== undefined || !/^\d+\.\d+\.\d+[\w.+-]*$/.test(version)) continue;
    const platform = platformOf(name);
    if (platform === undefined) {
      process.stderr.write(`${name}@${version}: its name tells no platform; left out\n`);
      continue;
    }
    const scope = entry.dev === true ? { dev: true } : {};
    lock.packages[path] = { version, ...scope, optional: true, ...platform };
    added.push(`${name}@${version}`);
  }
}

if (added.length === 0) {
  process.stdout.write('package-lock.json is complete\n');
} else if (process.argv.includes('--check')) {
  process.stdout.write(`package-lock.json lacks:\n${added.join('\n')}\n`);
  process.exitCode = 1;
} else {
  const [root, ...rest] = Object.keys(lock.packages);
  const sorted = [root, ...rest.sort()].map((path) => [path, lock.packages[path]]);
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`added ${added.length}: ${added.join(', ')}\n`);
}
