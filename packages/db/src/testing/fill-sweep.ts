import type { Database } from '../connect.ts';

/**
 * What a fast sweep does to its tables: thousands of rows since they were last analysed, each in
 * several versions. `onBegun` is called before their first epoch. Trials `t1`, `t2`, … of packs `p1`, `p2`, …, all completed, of three epochs.
 */
export async function fillSweep(
  prisma: Database,
  sweepId: string,
  trials: number,
  onBegun: () => Promise<unknown> = async () => {},
): Promise<void> {
  for (const table of ['trials', 'packs', 'epochs']) {
    await prisma.$executeRawUnsafe(`alter table ${table} set (autovacuum_enabled = false)`);
  }
  await prisma.$executeRaw`
    insert into artifacts values (repeat('a', 64), 1, 'a/b', now())`;
  await prisma.$executeRaw`
    insert into datasets (id, name, sha256, bytes, shape, class_names, feature_names, splits,
      source, is_synthetic, description, created_at)
    values ('d', 'd', repeat('a', 64), 1, '{}', '{}', '{}', '{}', 'upload', true, '', now())`;
  await prisma.$executeRaw`
    insert into sweeps (id, name, status, request_id, dataset_id, spec, seed, budget_trials,
      budget_epochs, created_at)
    values (${sweepId}, 's', 'running', 'r', 'd', '{}', 1, ${trials}, 3, now())`;
  await prisma.$executeRaw`
    insert into packs (id, sweep_id, trial_ids, status, created_at)
    select 'p' || n, ${sweepId}, array['t' || n], 'queued', now()
    from generate_series(1, ${trials}::int) n`;
  await prisma.$executeRaw`
    insert into trials (id, sweep_id, number, family, status, configuration, network, seed,
      epochs_planned, parameters, pack_id, attempts, live_attempt, suggestion, created_at)
    select 't' || n, ${sweepId}, n, 'mlp', 'running', '{}', '{}', 1, 3, 9, 'p' || n, 1, 1, '', now()
    from generate_series(1, ${trials}::int) n`;
  await onBegun();
  await prisma.$executeRaw`
    update trials set last_epoch = 3, best_epoch = 3,
      validation_accuracy = (number * 7919 % 6007) / 6007.0,
      overfitting_gap = (number * 104729 % 6007) / 6007.0`;
  await prisma.$executeRaw`
    update trials set status = 'completed', live_attempt = null, finished_at = now(),
      finish_order = number`;
  await prisma.$executeRaw`
    insert into epochs (trial_id, epoch, attempt, train_accuracy, validation_accuracy,
      learning_rate, seconds)
    select 't' || n, epoch, 1, 0.5, 0.5, 0.1, 1
    from generate_series(1, ${trials}::int) n, generate_series(1, 3) epoch`;
}
