import { acquireStackLock } from '../stack/stack-lock.ts';
import { stackPaths } from '../stack/stack-paths.ts';

/** One of several that want the same folder at the same moment; says who got it, and holds it. */
const [folder = ''] = process.argv.slice(2);

// Listening on keeps the process, and with it the lock, alive.
process.on('message', async () => {
  const lock = await acquireStackLock(stackPaths(folder), () => {});
  process.send?.(lock === undefined ? 'another' : 'mine');
});
process.send?.('ready');
