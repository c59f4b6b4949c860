// Ends a test server when the process that started it is gone, however it went: its end of
// our standard input closes even after kill -9. Arguments: pid of the server, its folder.
// Imports nothing of ours: it runs from source, where the packages may not be built.
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const [pid, folder] = process.argv.slice(2);
if (pid === undefined || folder === undefined) throw new Error('usage: watchdog <pid> <folder>');

function signal(name: 'SIGQUIT' | 0): boolean {
  try {
    return process.kill(Number(pid), name);
  } catch {
    return false;
  }
}

process.stdin.resume();
process.stdin.on('error', () => {});
process.stdin.once('end', async () => {
  signal('SIGQUIT');
  for (let round = 0; round < 100 && signal(0); round++) await sleep(50);
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});
