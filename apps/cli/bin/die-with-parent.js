// Loaded with --import before a child of the supervisor: when the supervisor is gone, however
// it went, the pipe between them closes, and the child ends in its own orderly way, or by
// force when that takes too long. Plain JavaScript, because it must load before any build.
import { isMainThread } from 'node:worker_threads';

const graceMs = 20_000;

if (isMainThread && process.channel !== undefined) {
  process.once('disconnect', () => {
    // Harmless to one that is ending already; the orderly way of one that knows nothing yet.
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref();
  });
  // Waiting for the end of the parent alone keeps nobody alive.
  process.channel.unref();
}
