import { roleSchema } from '@starling/domain';
import { type LogLevel, logLevels, readEnvironment } from '@starling/runtime';
import { z } from 'zod';

/** Tokens that the supervisor of a stack hands over; they are stored hashed. */
const bootstrapTokensSchema = z.array(
  z.strictObject({
    /** Long enough that its plain sha256 cannot be guessed. */
    token: z.string().min(24),
    name: z.string().min(1).max(80),
    role: roleSchema,
  }),
);
export type BootstrapToken = z.output<typeof bootstrapTokensSchema>[number];

const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
});

/** `db.example.org,10.0.0.7:5433`: hosts, each with a port or for Postgres' own. */
const hostsSchema = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ''),
  )
  .pipe(
    z.array(
      z
        .string()
        .regex(
          /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/,
          'write hosts as db.example.org:5432',
        ),
    ),
  );

/** `loopback,10.0.0.0/8`: proxies, by address, range or a name for several ranges. */
const proxiesSchema = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim().toLowerCase()))
  .transform((entries) => entries.filter((entry) => entry !== ''))
  .pipe(
    z.array(
      z.union(
        [
          z.enum(['loopback', 'linklocal', 'uniquelocal']),
          z.ipv4(),
          z.ipv6(),
          z.cidrv4(),
          z.cidrv6(),
        ],
        { error: 'write addresses of proxies as 10.0.0.7 or 10.0.0.0/8, or loopback' },
      ),
    ),
  );

const environmentSchema = z.object({
  DATABASE_URL: z.string().min(1, 'give the connection string of a Postgres database'),
  STARLING_HOST: z.string().min(1).default('127.0.0.1'),
  STARLING_PORT: z.coerce.number().int().min(0).max(65_535).default(7878),
  STARLING_DATA: z.string().min(1).default('.starling/data'),
  STARLING_DASHBOARD_URL: z.url().default('http://127.0.0.1:7879'),
  STARLING_INFERENCE_URL: z.url().default('http://127.0.0.1:7880'),
  STARLING_INTERNAL_SECRET: z.string().min(16, 'give at least 16 characters'),
  STARLING_BOOTSTRAP_TOKENS: jsonText.pipe(bootstrapTokensSchema).default([]),
  STARLING_DATABASE_KIND: z.enum(['embedded', 'external']).default('external'),
  STARLING_LOG_LEVEL: z.enum(logLevels).default('info'),
  STARLING_IMPORT_HOSTS: hostsSchema.default([]),
  STARLING_TRUST_PROXY: proxiesSchema.default([]),
});

/** What a coordinator is told at its start. */
export interface Settings {
  databaseUrl: string;
  databaseKind: 'embedded' | 'external';
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** Folder of artifacts and uploads. */
  dataFolder: string;
  dashboardUrl: string;
  inferenceUrl: string;
  /** Shared with the inference service alone; never leaves the machine. */
  internalSecret: string;
  bootstrapTokens: BootstrapToken[];
  logLevel: LogLevel;
  /** Postgres servers, as `host` or `host:port`, that admins may import studies from. */
  importHosts: readonly string[];
  /** Proxies whose X-Forwarded-For is believed; of everybody else's nothing is. */
  trustedProxies: readonly string[];
}

/** Reads the environment; throws `invalid-input` that names every variable that is wrong. */
export function readSettings(source?: Record<string, string | undefined>): Settings {
  const values = readEnvironment(environmentSchema, source);
  return {
    databaseUrl: values.DATABASE_URL,
    databaseKind: values.STARLING_DATABASE_KIND,
    host: values.STARLING_HOST,
    port: values.STARLING_PORT,
    dataFolder: values.STARLING_DATA,
    dashboardUrl: values.STARLING_DASHBOARD_URL,
    inferenceUrl: values.STARLING_INFERENCE_URL,
    internalSecret: values.STARLING_INTERNAL_SECRET,
    bootstrapTokens: values.STARLING_BOOTSTRAP_TOKENS,
    logLevel: values.STARLING_LOG_LEVEL,
    importHosts: values.STARLING_IMPORT_HOSTS,
    trustedProxies: values.STARLING_TRUST_PROXY,
  };
}
