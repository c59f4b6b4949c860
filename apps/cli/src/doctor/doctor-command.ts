import type { Command } from 'commander';
import pc from 'picocolors';
import type { Kit } from '../command-kit.ts';
import { QuietExit } from '../output/describe-failure.ts';
import { defaultStackFolder } from '../stack/stack-paths.ts';
import { type Finding, inspectMachine } from './inspect-machine.ts';

function describeFinding(finding: Finding, isFancy: boolean): string {
  const words = { ok: 'ok', missing: 'missing', optional: 'absent' } as const;
  const colour = { ok: pc.green, missing: pc.red, optional: pc.yellow }[finding.status];
  const word = words[finding.status].padEnd(8);
  const fix = finding.fix === undefined ? '' : `\n          fix: ${finding.fix}`;
  return `${isFancy ? colour(word) : word}  ${finding.name}: ${finding.detail}${fix}`;
}

/** `starling doctor` */
export function addDoctorCommand(program: Command, { terminal }: Kit): void {
  program
    .command('doctor')
    .description('check what Starling needs here, and say what mends it')
    .option('--data <folder>', 'folder of the stack', defaultStackFolder)
    .option('--json', 'print one JSON value')
    .action(async (flags: { data: string; json?: boolean }) => {
      const findings = await inspectMachine(flags.data);
      terminal.out(
        flags.json === true
          ? JSON.stringify(findings, null, 2)
          : findings.map((finding) => describeFinding(finding, terminal.isFancy)).join('\n'),
      );
      if (findings.some(({ status }) => status === 'missing')) throw new QuietExit(1);
    });
}
