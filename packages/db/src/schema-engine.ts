import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  type ColumnType,
  ColumnTypeEnum,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { withUtcSessions } from './connect.ts';

type EngineModule = typeof import('@prisma/schema-engine-wasm') & {
  __wbg_set_wasm(exports: Record<string, unknown>): void;
};

/** What is used of `WebAssembly`, whose types belong to browsers. */
interface WasmLoader {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, unknown>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
}

type PgAdapter = Awaited<ReturnType<PrismaPg['connect']>>;

let loading: Promise<EngineModule> | undefined;

/**
 * The engine never clears the timer of its deadline for locks; left alone it would keep a
 * process that only migrates alive for ten seconds.
 */
function withoutHoldingTimers(glue: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(glue).map(([name, value]) => {
      if (!name.startsWith('__wbg_setTimeout')) return [name, value];
      const start = value as (...callback: unknown[]) => NodeJS.Timeout;
      return [name, (...callback: unknown[]) => start(...callback).unref()];
    }),
  );
}

/**
 * Prisma's schema engine as WebAssembly. Its own entry imports the .wasm as a module, which
 * Node only does behind a flag; so it is instantiated here.
 */
async function loadEngine(): Promise<EngineModule> {
  const glue = (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as EngineModule;
  const gluePath = createRequire(import.meta.url).resolve(
    '@prisma/schema-engine-wasm/schema_engine_bg',
  );
  const bytes = await readFile(join(dirname(gluePath), 'schema_engine_bg.wasm'));
  const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WasmLoader };
  const { instance } = await wasm.instantiate(bytes, {
    './schema_engine_bg.js': withoutHoldingTimers(glue),
  });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return glue;
}

/** Everything that the engine may touch; other people's tables are none of its business. */
export const noFilters = { externalTables: [], externalEnums: [] };

/** In the engine's own words; of another error it would only say that there was one. */
function toAdapterError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const { code, message, severity = 'ERROR', detail, column, hint } = error;
  return new DriverAdapterError({
    ...{ kind: 'postgres', code: code ?? 'N/A', message, severity, detail, column, hint },
  });
}

const charColumns = new Set(['constraint_type', 'confdeltype', 'confupdtype']);

/**
 * Two things that the pg adapter 7.10 cannot do. It does not know the type "char" of
 * Postgres's catalogue, which is read as text and named a character again. And it cuts scripts at every
 * semicolon; sent whole, functions keep theirs and a migration is one transaction.
 */
function mendAdapter(adapter: PgAdapter): SqlDriverAdapter {
  return Object.assign(Object.create(adapter) as SqlDriverAdapter, {
    async queryRaw(query: Parameters<SqlDriverAdapter['queryRaw']>[0]) {
      const sql = query.sql
        .replace(/\bcontype AS\b/g, 'contype::text AS')
        .replace(/\bcon\.(confdeltype|confupdtype),/g, 'con.$1::text AS $1,');
      const result = await adapter.queryRaw({ ...query, sql });
      if (sql === query.sql) return result;
      const columnTypes = result.columnNames.map((name, index) =>
        charColumns.has(name)
          ? ColumnTypeEnum.Character
          : (result.columnTypes[index] as ColumnType),
      );
      return { ...result, columnTypes };
    },
    executeScript: async (script: string) => {
      try {
        await adapter.underlyingDriver().query(script);
      } catch (error) {
        throw toAdapterError(error);
      }
    },
  });
}

/** Adapters that the engine asks for; it never closes them, so whoever opens this does. */
function openAdapters(databaseUrl: string) {
  const opened: PgAdapter[] = [];
  const inner = new PrismaPg({
    connectionString: withUtcSessions(databaseUrl),
    max: 2,
    application_name: 'starling-migrate',
  });
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: inner.provider,
    adapterName: inner.adapterName,
    async connect() {
      const adapter = await inner.connect();
      opened.push(adapter);
      return mendAdapter(adapter);
    },
    connectToShadowDb: () => Promise.reject(new Error('no shadow database is used here')),
  };
  return {
    factory: bindMigrationAwareSqlAdapterFactory(factory),
    close: async () => {
      for (const adapter of opened) await adapter.underlyingDriver().end();
    },
  };
}

/** A datamodel without models: enough for applying migrations. */
const EMPTY_DATAMODEL = 'datasource db {\n  provider = "postgresql"\n}\n';

/** Runs work on a schema engine connected to a database; no binary, no download. */
export async function withSchemaEngine<Value>(
  databaseUrl: string,
  work: (engine: SchemaEngine) => Promise<Value>,
): Promise<Value> {
  loading ??= loadEngine();
  const { SchemaEngine: Engine } = await loading;
  const adapters = openAdapters(databaseUrl);
  const engine = await Engine.new(
    { datamodels: [['main.prisma', EMPTY_DATAMODEL]] },
    () => {},
    adapters.factory,
  );
  try {
    return await work(engine);
  } finally {
    engine.free();
    await adapters.close();
  }
}
