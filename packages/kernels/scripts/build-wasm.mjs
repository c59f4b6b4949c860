// Compiles assembly/ to build/relaxed.wasm and build/plain.wasm; does nothing where both are
// newer than their sources. Plain JavaScript that Node 18 runs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const asc = join(
  dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')),
  'bin',
  'asc.js',
);
const builds = { relaxed: ['--enable', 'relaxed-simd'], plain: [] };
const sources = readdirSync(join(root, 'assembly')).map((name) => join(root, 'assembly', name));
const newest = Math.max(
  ...[...sources, fileURLToPath(import.meta.url)].map((path) => statSync(path).mtimeMs),
);

mkdirSync(join(root, 'build'), { recursive: true });
for (const [name, features] of Object.entries(builds)) {
  const target = join(root, 'build', `${name}.wasm`);
  if (existsSync(target) && statSync(target).mtimeMs > newest) continue;
  // Written beside and renamed, so that a process that starts now never reads half a file.
  const draft = join(root, 'build', `${name}.${process.pid}.draft.wasm`);
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', ...features];
  const result = spawnSync(process.execPath, [asc, 'assembly/index.ts', ...options, '-o', draft], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
  renameSync(draft, target);
}
