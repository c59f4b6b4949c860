import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from './generated/client.ts';

/** Either the client itself or one of its transactions: what every store works on. */
export type Database = PrismaClient | Prisma.TransactionClient;

export interface Connection {
  prisma: PrismaClient;
  /** Waits for running queries, then closes every connection. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Most connections held at once. */
  poolSize?: number;
  /** Name shown in `pg_stat_activity`. */
  applicationName?: string;
  /** An idle connection broke; the pool replaces it by itself. */
  onConnectionError?: (error: Error) => void;
}

/**
 * The URL with sessions in UTC. The adapter writes moments without an offset and cuts the
 * offset off what it reads, so in any other zone every moment stored would be hours off.
 */
export function withUtcSessions(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  url.searchParams.set('options', `${given === null ? '' : `${given} `}-c TimeZone=UTC`);
  return url.href;
}

/** A pool of connections to Postgres. Connects at the first query, not here. */
export function connect(databaseUrl: string, options: ConnectOptions = {}): Connection {
  const { poolSize = 10, applicationName = 'starling', onConnectionError } = options;
  const adapter = new PrismaPg(
    {
      connectionString: withUtcSessions(databaseUrl),
      max: poolSize,
      application_name: applicationName,
      connectionTimeoutMillis: 10_000,
      // Laptops sleep and proxies forget: without keep-alive a dead connection hangs its query.
      keepAlive: true,
    },
    {
      // An idle connection's error without a listener would end the process.
      onPoolError: (error) => onConnectionError?.(error),
      onConnectionError: (error) => onConnectionError?.(error),
    },
  );
  const prisma = new PrismaClient({
    adapter,
    // Prisma's own 2 s and 5 s are short for a laptop that trains on every core.
    transactionOptions: { maxWait: 10_000, timeout: 20_000 },
  });
  return { prisma, close: () => prisma.$disconnect() };
}
