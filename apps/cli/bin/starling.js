#!/usr/bin/env node
// Plain JavaScript that an old Node can read: it finds the project's own Node and the build.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const main = join(here, '../dist/main.js');
const own = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

if (!existsSync(main)) {
  process.stderr.write('starling is not built yet\n  fix: npm run build\n');
  process.exitCode = 1;
} else if (Number(process.versions.node.split('.')[0]) >= 26 || !existsSync(own)) {
  await import(pathToFileURL(main).href);
} else {
  const preload = pathToFileURL(join(here, 'die-with-parent.js')).href;
  const child = spawn(own, ['--import', preload, main, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('exit', (status, signal) => process.exit(signal === null ? status : 1));
}
