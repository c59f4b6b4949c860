/** What the command line reads of the environment. */
export interface Environment {
  url: string | undefined;
  token: string | undefined;
  /** An external Postgres instead of the embedded one. */
  databaseUrl: string | undefined;
  /** What a worker trains with. */
  engine?: string | undefined;
  /** Folder of a tfjs engine that was built elsewhere. */
  tfjsFolder?: string | undefined;
  /** Draw with colours and redraw lines: not in CI, not where NO_COLOR or TERM=dumb asks for plain text. */
  isFancyAllowed: boolean;
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  return {
    url: filled(variables['STARLING_URL']),
    token: filled(variables['STARLING_TOKEN']),
    databaseUrl: filled(variables['DATABASE_URL']),
    engine: filled(variables['STARLING_ENGINE']),
    tfjsFolder: filled(variables['STARLING_TFJS_NODE']),
    isFancyAllowed:
      filled(variables['CI']) === undefined &&
      filled(variables['NO_COLOR']) === undefined &&
      variables['TERM'] !== 'dumb',
  };
}

const passedOn: readonly string[] = [
  'STARLING_LOG_LEVEL',
  'STARLING_IMPORT_HOSTS',
  'STARLING_TRUST_PROXY',
  'STARLING_KERNELS',
  'STARLING_VECTORS',
];

/** The environment that children inherit, with what is theirs on top. */
export function childEnvironment(extra: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = { ...process.env };
  // Settings of this command are not settings of the services that it starts, but for these.
  for (const name of Object.keys(inherited)) {
    if (name.startsWith('STARLING_') && !passedOn.includes(name)) delete inherited[name];
  }
  return { ...inherited, NEXT_TELEMETRY_DISABLED: '1', ...extra };
}

/** Folders in which programs are looked for. */
export function programFolders(): string {
  return process.env['PATH'] ?? '';
}

/** The environment of programs that are not services: ours, as it is. */
export function programEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env };
}
