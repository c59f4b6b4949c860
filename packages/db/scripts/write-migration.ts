// npm run migration -- <name>: writes what the schema has and the migrations lack as a new one.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diffDatamodel } from '../src/diff-datamodel.ts';
import { startEmbeddedPostgres } from '../src/embedded.ts';
import { findPrismaFolder } from '../src/migrations-folder.ts';

const name = process.argv[2];
if (name === undefined || !/^[a-z0-9_]+$/.test(name)) {
  console.error('usage: npm run migration -- <name_in_snake_case>');
  process.exit(1);
}

const prismaFolder = findPrismaFolder();
const dataDirectory = await mkdtemp(join(tmpdir(), 'starling-migration-'));
const server = await startEmbeddedPostgres({ dataDirectory, isDurable: false, log: () => {} });
try {
  const sql = await diffDatamodel(server.url, prismaFolder);
  if (sql === '') {
    console.log('the migrations say all that the schema says; nothing written');
  } else {
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const folder = join(prismaFolder, 'migrations', `${stamp}_${name}`);
    await mkdir(folder);
    await writeFile(join(folder, 'migration.sql'), sql);
    console.log(`wrote ${folder}/migration.sql; read it, then add checks and partial indexes`);
  }
} finally {
  await server.stop();
  await rm(dataDirectory, { recursive: true, force: true });
}
