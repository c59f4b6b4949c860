import { systemClock } from '@starling/runtime';
import { superviseProcess } from '../stack/supervised-process.ts';

/** A supervisor to be killed: keeps up the scripts that it is given; logs to the folder named first. */
const [folder = '', ...scripts] = process.argv.slice(2);

for (const [index, file] of scripts.entries()) {
  const name = `child-${index}`;
  const process = superviseProcess(
    {
      ...{ name, file, cwd: folder, logFile: `${folder}/${name}.log`, stopGraceMs: 1_000 },
      env: () => ({}),
      ready: { kind: 'started' },
    },
    { clock: systemClock, onEvent: () => {} },
  );
  void process.start();
}
