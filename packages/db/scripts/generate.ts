// Generates the Prisma client into src/generated, unless it is that of the present schema.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { prismaEnvironment } from './env.ts';

const packageFolder = resolve(import.meta.dirname, '..');
const schemaFolder = resolve(packageFolder, '../../prisma/schema');
const generatedFolder = join(packageFolder, 'src/generated');
const stampPath = join(generatedFolder, 'schema.sha256');

const prismaPackage = createRequire(import.meta.url).resolve('prisma/package.json');

const hash = createHash('sha256').update(readFileSync(prismaPackage));
for (const name of globSync('*.prisma', { cwd: schemaFolder }).sort()) {
  hash.update(`${name}\0`).update(readFileSync(join(schemaFolder, name)));
}
const stamp = hash.digest('hex');

if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) process.exit(0);

rmSync(stampPath, { force: true });
const { status } = spawnSync(
  process.execPath,
  [join(dirname(prismaPackage), 'build/index.js'), 'generate', '--schema', schemaFolder],
  { cwd: packageFolder, env: prismaEnvironment(), stdio: ['ignore', 'ignore', 'inherit'] },
);
if (status !== 0) process.exit(status ?? 1);
writeFileSync(stampPath, stamp);
