import { readdirSync, readFileSync } from 'node:fs';

/** A process of this machine as `/proc` shows it; zombies are left out. */
export interface Listed {
  pid: number;
  parent: number;
  command: string;
}

export function listProcesses(): Listed[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
        if (fields[0] === 'Z') return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent: Number(fields[1]), command }];
      } catch {
        return [];
      }
    });
}

/** Every process below one, however deep. */
export function descendants(root: number): Listed[] {
  const all = listProcesses();
  const found: Listed[] = [];
  let parents = [root];
  while (parents.length > 0) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map(({ pid }) => pid);
  }
  return found;
}

/** Whether a process still runs; one that only waits to be collected does not. */
export function isAlive(pid: number): boolean {
  return listProcesses().some((listed) => listed.pid === pid);
}
