-- What must hold whoever writes. Prisma's datamodel cannot say these, so they live here alone;
-- the datamodel's diff neither sees nor drops checks, triggers and partial indexes.

-- Facts: written once, never changed.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'object_not_in_prerequisite_state';
END $$;

CREATE TRIGGER "audit_events_append_only" BEFORE UPDATE OR DELETE ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "audit_events_keep" BEFORE TRUNCATE ON "audit_events"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "epochs_never_change" BEFORE UPDATE ON "epochs"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "verdicts_never_change" BEFORE UPDATE ON "verdicts"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "decisions_never_change" BEFORE UPDATE ON "decisions"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

-- A finished trial never changes (its pack's row may go, when its sweep is deleted).
CREATE FUNCTION "refuse_change_of_finished_trial"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(OLD) - 'pack_id' IS DISTINCT FROM to_jsonb(NEW) - 'pack_id' THEN
    RAISE EXCEPTION 'trial % is % and never changes again', OLD.id, OLD.status
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "finished_trials_never_change" BEFORE UPDATE ON "trials"
  FOR EACH ROW WHEN (OLD.status IN ('completed', 'stopped', 'diverged', 'failed', 'cancelled'))
  EXECUTE FUNCTION "refuse_change_of_finished_trial"();

-- One live attempt a trial; one leased pack a slot.
CREATE UNIQUE INDEX "attempts_one_live_a_trial" ON "attempts" ("trial_id") WHERE "ended_at" IS NULL;
CREATE UNIQUE INDEX "packs_one_leased_a_slot" ON "packs" ("worker_id", "slot") WHERE "status" = 'leased';

ALTER TABLE "tokens"
  ADD CONSTRAINT "tokens_role" CHECK ("role" IN ('admin', 'operator', 'viewer', 'worker', 'client')),
  ADD CONSTRAINT "tokens_hash" CHECK ("hash" ~ '^[0-9a-f]{64}$');
ALTER TABLE "sessions"
  ADD CONSTRAINT "sessions_hash" CHECK ("hash" ~ '^[0-9a-f]{64}$');
ALTER TABLE "login_links"
  ADD CONSTRAINT "login_links_hash" CHECK ("hash" ~ '^[0-9a-f]{64}$');

ALTER TABLE "artifacts"
  ADD CONSTRAINT "artifacts_sha256" CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "artifacts_bytes" CHECK ("bytes" >= 0);
ALTER TABLE "datasets"
  ADD CONSTRAINT "datasets_source" CHECK ("source" IN ('upload', 'built-in'));

ALTER TABLE "sweeps"
  ADD CONSTRAINT "sweeps_status" CHECK ("status" IN ('running', 'paused', 'completed', 'cancelled', 'failed')),
  ADD CONSTRAINT "sweeps_budget_is_exact" CHECK ("trials_created" BETWEEN 0 AND "budget_trials"),
  ADD CONSTRAINT "sweeps_counters" CHECK ("live_sequence" >= 0 AND "epochs_done" >= 0),
  ADD CONSTRAINT "sweeps_clock_runs_only_while_running" CHECK ("active_since" IS NULL OR "status" = 'running'),
  ADD CONSTRAINT "sweeps_finished_at" CHECK (("finished_at" IS NULL) = ("status" IN ('running', 'paused')));
ALTER TABLE "sweep_events"
  ADD CONSTRAINT "sweep_events_sequence" CHECK ("sequence" >= 1);

ALTER TABLE "trials"
  ADD CONSTRAINT "trials_status" CHECK ("status" IN
    ('waiting', 'running', 'paused', 'completed', 'stopped', 'diverged', 'failed', 'cancelled')),
  ADD CONSTRAINT "trials_number" CHECK ("number" >= 1),
  ADD CONSTRAINT "trials_live_attempt" CHECK (
    ("live_attempt" IS NOT NULL) = ("status" = 'running')
    AND ("live_attempt" IS NULL OR "live_attempt" = "attempts")),
  ADD CONSTRAINT "trials_epochs" CHECK (
    "last_epoch" BETWEEN 0 AND "epochs_planned" AND ("best_epoch" IS NULL OR "best_epoch" BETWEEN 1 AND "last_epoch")),
  ADD CONSTRAINT "trials_finished_at" CHECK (
    ("finished_at" IS NULL) = ("status" IN ('waiting', 'running', 'paused'))),
  ADD CONSTRAINT "trials_stop_kind" CHECK ("stop_kind" IN ('stop', 'cancel', 'pause')),
  ADD CONSTRAINT "trials_failure_reason" CHECK (
    ("failure_reason" IS NOT NULL) = ("status" = 'failed')
    AND "failure_reason" IN
      ('out-of-memory', 'dataset-unavailable', 'invalid-config', 'worker-lost', 'timed-out', 'internal'));

ALTER TABLE "packs"
  ADD CONSTRAINT "packs_status" CHECK ("status" IN
    ('queued', 'leased', 'finished', 'handed-back', 'lost', 'withdrawn')),
  ADD CONSTRAINT "packs_leased_to_a_slot" CHECK (
    "status" <> 'leased' OR ("worker_id" IS NOT NULL AND "slot" >= 1 AND "lease_expires_at" IS NOT NULL)),
  ADD CONSTRAINT "packs_have_trials" CHECK (cardinality("trial_ids") >= 1);
ALTER TABLE "attempts"
  ADD CONSTRAINT "attempts_attempt" CHECK ("attempt" >= 1 AND "resumed_from_epoch" >= 0),
  ADD CONSTRAINT "attempts_ending" CHECK (
    ("ending" IS NOT NULL) = ("ended_at" IS NOT NULL)
    AND "ending" IN ('finished', 'handed-back', 'worker-lost', 'superseded'));

-- A loss that is not finite is null, so that sums and orders over it mean something.
ALTER TABLE "epochs"
  ADD CONSTRAINT "epochs_numbers" CHECK (
    "epoch" >= 1 AND "attempt" >= 1 AND "seconds" >= 0
    AND "train_accuracy" BETWEEN 0 AND 1 AND "validation_accuracy" BETWEEN 0 AND 1
    AND "train_loss" < 'Infinity' AND "train_loss" > '-Infinity'
    AND "validation_loss" < 'Infinity' AND "validation_loss" > '-Infinity');
ALTER TABLE "verdicts"
  ADD CONSTRAINT "verdicts_kind" CHECK ("rung" >= 1 AND "kind" IN ('continue', 'stop', 'pause'));
ALTER TABLE "checkpoints"
  ADD CONSTRAINT "checkpoints_epoch" CHECK ("epoch" >= 1 AND "attempt" >= 1 AND "bytes" >= 0);

ALTER TABLE "workers"
  ADD CONSTRAINT "workers_status" CHECK ("status" IN ('connected', 'draining', 'lost', 'gone')),
  ADD CONSTRAINT "workers_slots" CHECK ("slots" >= 1);

ALTER TABLE "model_versions"
  ADD CONSTRAINT "model_versions_version" CHECK ("version" >= 1);
