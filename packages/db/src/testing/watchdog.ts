// Ends a test server when the process that started it is gone, however it went: its end of
// our standard input closes even after kill -9. Arguments: pid of the server, its folder.
import { rmSync } from 'node:fs';

const [pid, folder] = process.argv.slice(2);

if (pid === undefined || folder === undefined) throw new Error('usage: watchdog <pid> <folder>');

process.stdin.resume();
process.stdin.on('error', () => {});
process.stdin.on('close', () => {
  try {
    process.kill(Number(pid), 'SIGQUIT');
  } catch {}
  // Tried again while the server's children, on their way out, still write below it.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});
