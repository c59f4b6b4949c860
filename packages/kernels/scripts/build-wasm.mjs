// Compiles assembly/ to build/relaxed.wasm and build/plain.wasm; does nothing where both are
// newer than their sources. Plain JavaScript that Node 18 runs.
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(import.meta.url);
const root = dirname(dirname(script));
const builds = { relaxed: ['--enable', 'relaxed-simd'], plain: [] };
const sources = readdirSync(join(root, 'assembly')).map((name) => join(root, 'assembly', name));
const newest = Math.max(...[...sources, script].map((path) => statSync(path).mtimeMs));

mkdirSync(join(root, 'build'), { recursive: true });
for (const [name, features] of Object.entries(builds)) {
  const target = join(root, 'build', `${name}.wasm`);
  if (existsSync(target) && statSync(target).mtimeMs > newest) continue;
  // Written beside and renamed, so that a process that starts now never reads half a file.
  const draft = join(root, 'build', `${name}.${process.pid}.draft.wasm`);
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', ...features];
  const { default: asc } = await import('assemblyscript/asc');
  const { error, stderr } = await asc.main([
    'assembly/index.ts',
    ...options,
    '--baseDir',
    root,
    '--outFile',
    relative(root, draft),
  ]);
  if (error) {
    process.stderr.write(`${stderr}\n${error.message}\n`);
    process.exit(1);
  }
  renameSync(draft, target);
}
