import { AppError, type Model, type ModelVersion, modelVersionSchema } from '@starling/domain';
import type { Database } from '../connect.ts';
import { Prisma } from '../generated/client.ts';
import { transact } from '../transact.ts';

const withNames = {
  include: {
    model: { select: { name: true } },
    aliases: { select: { alias: true }, orderBy: { alias: 'asc' } },
  },
} as const satisfies Prisma.ModelVersionDefaultArgs;

type VersionRow = Prisma.ModelVersionGetPayload<typeof withNames>;

function toVersion(row: VersionRow): ModelVersion {
  return modelVersionSchema.parse({
    ...row,
    modelName: row.model.name,
    aliases: row.aliases.map(({ alias }) => alias),
    weightsBytes: Number(row.weightsBytes),
    promotedAt: row.promotedAt.toISOString(),
  });
}

/** A version as it is promoted: its number, model id and moment are given here. */
export type NewModelVersion = Omit<
  ModelVersion,
  'version' | 'modelId' | 'aliases' | 'promotedAt'
> & {
  /** Id for the model, where this is its first version. */
  newModelId: string;
};

/**
 * Stores a version under the next number of its model, which is made if new. The same weights
 * under the same model are the version that they were before (`isNew` false).
 */
export function insertModelVersion(
  db: Database,
  input: NewModelVersion,
  now: Date,
): Promise<{ version: ModelVersion; isNew: boolean }> {
  const { newModelId, modelName, ...facts } = input;
  return transact(db, async (transaction) => {
    await transaction.model.createMany({
      data: { id: newModelId, name: modelName, createdAt: now },
      skipDuplicates: true,
    });
    // Locks the model: its versions are numbered one at a time.
    const [model] = await transaction.$queryRaw<{ id: string }[]>`
      select id from models where name = ${modelName} for update`;
    if (model === undefined) throw new AppError('conflict', `model ${modelName} was just removed`);
    const before = await transaction.modelVersion.findUnique({
      where: { modelId_weightsSha256: { modelId: model.id, weightsSha256: facts.weightsSha256 } },
      ...withNames,
    });
    if (before !== null) return { version: toVersion(before), isNew: false };
    const { versionsCreated } = await transaction.model.update({
      where: { id: model.id },
      data: { versionsCreated: { increment: 1 } },
      select: { versionsCreated: true },
    });
    const row = await transaction.modelVersion.create({
      data: {
        ...facts,
        modelId: model.id,
        version: versionsCreated,
        weightsBytes: BigInt(facts.weightsBytes),
        testScore: facts.testScore ?? Prisma.DbNull,
        promotedAt: now,
      },
      ...withNames,
    });
    return { version: toVersion(row), isNew: true };
  });
}

/** Every model by name, its newest version first. */
export async function listModels(db: Database): Promise<Model[]> {
  const rows = await db.model.findMany({
    orderBy: { name: 'asc' },
    include: { versions: { orderBy: { version: 'desc' }, ...withNames } },
  });
  return rows.map(({ id, name, versions }) => ({
    id: id as Model['id'],
    name,
    versions: versions.map(toVersion),
  }));
}

/** Undefined where there is no model of that name. */
export async function findModel(db: Database, name: string): Promise<Model | undefined> {
  const row = await db.model.findUnique({
    where: { name },
    include: { versions: { orderBy: { version: 'desc' }, ...withNames } },
  });
  if (row === null) return undefined;
  return { id: row.id as Model['id'], name: row.name, versions: row.versions.map(toVersion) };
}

/**
 * A version by its number (`3`) or an alias (`champion`); without either, the newest one.
 * Undefined where there is none.
 */
export async function findModelVersion(
  db: Database,
  name: string,
  versionOrAlias?: string,
): Promise<ModelVersion | undefined> {
  const which: Prisma.ModelVersionWhereInput =
    versionOrAlias === undefined
      ? {}
      : /^\d{1,9}$/.test(versionOrAlias)
        ? { version: Number(versionOrAlias) }
        : { aliases: { some: { alias: versionOrAlias } } };
  const row = await db.modelVersion.findFirst({
    where: { model: { name }, ...which },
    orderBy: { version: 'desc' },
    ...withNames,
  });
  return row === null ? undefined : toVersion(row);
}

/** The version that a trial's weights became in a model, if they did. */
export async function findVersionOfWeights(
  db: Database,
  name: string,
  weightsSha256: string,
): Promise<ModelVersion | undefined> {
  const row = await db.modelVersion.findFirst({
    where: { model: { name }, weightsSha256 },
    ...withNames,
  });
  return row === null ? undefined : toVersion(row);
}

/** Points an alias at a version, from wherever it pointed. Throws `not-found`. */
export async function setModelAlias(
  db: Database,
  input: { name: string; version: number; alias: string },
  now: Date,
): Promise<void> {
  const { name, version, alias } = input;
  const row = await db.modelVersion.findFirst({
    where: { model: { name }, version },
    select: { id: true, modelId: true },
  });
  if (row === null) throw new AppError('not-found', `model ${name} has no version ${version}`);
  await db.modelAlias.upsert({
    where: { modelId_alias: { modelId: row.modelId, alias } },
    create: { modelId: row.modelId, alias, versionId: row.id, updatedAt: now },
    update: { versionId: row.id, updatedAt: now },
  });
}

/** Takes an alias away; false where the model had none of that name. */
export async function removeModelAlias(
  db: Database,
  input: { name: string; alias: string },
): Promise<boolean> {
  const { count } = await db.modelAlias.deleteMany({
    where: { alias: input.alias, model: { name: input.name } },
  });
  return count > 0;
}
