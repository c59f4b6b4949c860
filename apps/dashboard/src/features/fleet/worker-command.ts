/** Slots that the command line takes at most. */
export const SLOTS_AT_MOST = 1024;

interface CommandWishes {
  origin: string;
  /** null: a place for it is written. */
  token: string | null;
  slots: number;
}

/** The command that joins a machine as a worker. */
export function workerCommand({ origin, token, slots }: CommandWishes): string {
  return `npx starling worker --url ${origin} --token ${token ?? '<token>'} --slots ${slots}`;
}

/** Whether an address reaches this machine from itself alone. */
export function isLocalOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
