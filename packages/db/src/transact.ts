import type { Database } from './connect.ts';
import type { Prisma } from './generated/client.ts';

/** Runs work in the transaction that `db` is, or in a new one where it is the client. */
export function transact<Value>(
  db: Database,
  work: (transaction: Prisma.TransactionClient) => Promise<Value>,
): Promise<Value> {
  return '$transaction' in db ? db.$transaction(work) : work(db);
}
