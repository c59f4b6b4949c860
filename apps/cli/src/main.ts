import { systemTerminal } from './output/terminal.ts';
import { runProgram } from './program.ts';

// A terminal or pipe that went away must not keep a stack from ending in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const status = await runProgram(process.argv.slice(2), systemTerminal());
// Sockets and timers of a command that is over must not hold its end up.
process.exit(status);
