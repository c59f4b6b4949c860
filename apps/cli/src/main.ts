import { systemTerminal } from './output/terminal.ts';
import { runProgram } from './program.ts';

const status = await runProgram(process.argv.slice(2), systemTerminal());
// Sockets and timers of a command that is over must not hold its end up.
process.exit(status);
