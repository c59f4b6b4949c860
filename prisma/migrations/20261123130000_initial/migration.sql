-- CreateTable
CREATE TABLE "tokens" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "hash" TEXT NOT NULL,
    "token_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "login_links" (
    "hash" TEXT NOT NULL,
    "token_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "login_links_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "audit_events" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "artifacts" (
    "sha256" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "media_type" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "artifacts_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "datasets" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "request_id" TEXT,
    "sha256" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "shape" JSONB NOT NULL,
    "class_names" TEXT[],
    "feature_names" TEXT[],
    "splits" JSONB NOT NULL,
    "source" TEXT NOT NULL,
    "is_synthetic" BOOLEAN NOT NULL,
    "description" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "datasets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workers" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "engine_build" TEXT NOT NULL,
    "machine" JSONB NOT NULL,
    "slots" INTEGER NOT NULL,
    "connected_at" TIMESTAMPTZ(3) NOT NULL,
    "last_heartbeat_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "models" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "versions_created" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "models_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_versions" (
    "id" TEXT NOT NULL,
    "model_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "trial_id" TEXT NOT NULL,
    "trial_number" INTEGER NOT NULL,
    "sweep_name" TEXT NOT NULL,
    "family" TEXT NOT NULL,
    "configuration" JSONB NOT NULL,
    "network" JSONB NOT NULL,
    "shape" JSONB NOT NULL,
    "class_names" TEXT[],
    "feature_names" TEXT[],
    "dataset_id" TEXT NOT NULL,
    "dataset_name" TEXT NOT NULL,
    "dataset_sha256" TEXT NOT NULL,
    "is_synthetic_data" BOOLEAN NOT NULL,
    "weights_sha256" TEXT NOT NULL,
    "weights_bytes" BIGINT NOT NULL,
    "validation_accuracy" DOUBLE PRECISION NOT NULL,
    "overfitting_gap" DOUBLE PRECISION NOT NULL,
    "test_score" JSONB,
    "promoted_by" TEXT NOT NULL,
    "promoted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_versions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_aliases" (
    "model_id" TEXT NOT NULL,
    "alias" TEXT NOT NULL,
    "version_id" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_aliases_pkey" PRIMARY KEY ("model_id","alias")
);

-- CreateTable
CREATE TABLE "epochs" (
    "trial_id" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "train_loss" DOUBLE PRECISION,
    "train_accuracy" DOUBLE PRECISION NOT NULL,
    "validation_loss" DOUBLE PRECISION,
    "validation_accuracy" DOUBLE PRECISION NOT NULL,
    "learning_rate" DOUBLE PRECISION NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "extra" JSONB,

    CONSTRAINT "epochs_pkey" PRIMARY KEY ("trial_id","epoch")
);

-- CreateTable
CREATE TABLE "verdicts" (
    "trial_id" TEXT NOT NULL,
    "rung" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "numbers" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verdicts_pkey" PRIMARY KEY ("trial_id","rung")
);

-- CreateTable
CREATE TABLE "checkpoints" (
    "trial_id" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "checkpoints_pkey" PRIMARY KEY ("trial_id","epoch")
);

-- CreateTable
CREATE TABLE "sweeps" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "ending_reason" TEXT,
    "sampler_state" JSONB,
    "request_id" TEXT NOT NULL,
    "dataset_id" TEXT NOT NULL,
    "spec" JSONB NOT NULL,
    "families" TEXT[],
    "seed" BIGINT NOT NULL,
    "trials_created" INTEGER NOT NULL DEFAULT 0,
    "budget_trials" INTEGER NOT NULL,
    "budget_epochs" INTEGER NOT NULL,
    "budget_minutes" DOUBLE PRECISION,
    "concurrency" INTEGER,
    "active_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "active_since" TIMESTAMPTZ(3),
    "deadline_at" TIMESTAMPTZ(3),
    "live_sequence" INTEGER NOT NULL DEFAULT 0,
    "best_trial_id" TEXT,
    "epochs_done" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "sweeps_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "decisions" (
    "sweep_id" TEXT NOT NULL,
    "trial_number" INTEGER NOT NULL,
    "sampler" TEXT NOT NULL,
    "rng_counter" BIGINT NOT NULL,
    "history_watermark" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "decisions_pkey" PRIMARY KEY ("sweep_id","trial_number")
);

-- CreateTable
CREATE TABLE "sweep_events" (
    "sweep_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sweep_events_pkey" PRIMARY KEY ("sweep_id","sequence")
);

-- CreateTable
CREATE TABLE "trials" (
    "id" TEXT NOT NULL,
    "sweep_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "family" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "configuration" JSONB NOT NULL,
    "network" JSONB NOT NULL,
    "seed" BIGINT NOT NULL,
    "epochs_planned" INTEGER NOT NULL,
    "parameters" INTEGER,
    "flops" DOUBLE PRECISION,
    "last_epoch" INTEGER NOT NULL DEFAULT 0,
    "best_epoch" INTEGER,
    "train_accuracy" DOUBLE PRECISION,
    "validation_accuracy" DOUBLE PRECISION,
    "overfitting_gap" DOUBLE PRECISION,
    "train_loss" DOUBLE PRECISION,
    "validation_loss" DOUBLE PRECISION,
    "seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "live_attempt" INTEGER,
    "lost_attempts" INTEGER NOT NULL DEFAULT 0,
    "pack_id" TEXT,
    "stop_kind" TEXT,
    "stop_reason" TEXT,
    "diagnosis" JSONB,
    "reason" TEXT,
    "failure_reason" TEXT,
    "suggestion" TEXT NOT NULL,
    "confusion_matrix" JSONB,
    "validation_auc" DOUBLE PRECISION,
    "weights_sha256" TEXT,
    "weights_bytes" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "trials_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "packs" (
    "id" TEXT NOT NULL,
    "sweep_id" TEXT NOT NULL,
    "trial_ids" TEXT[],
    "status" TEXT NOT NULL,
    "lease_expires_at" TIMESTAMPTZ(3),
    "job_id" TEXT,
    "job_retry_count" INTEGER NOT NULL DEFAULT 0,
    "worker_id" TEXT,
    "slot" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "leased_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "packs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempts" (
    "trial_id" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "pack_id" TEXT,
    "worker_id" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ending" TEXT,
    "resumed_from_epoch" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "attempts_pkey" PRIMARY KEY ("trial_id","attempt")
);

-- CreateIndex
CREATE UNIQUE INDEX "tokens_hash_key" ON "tokens"("hash");

-- CreateIndex
CREATE INDEX "sessions_token_id_idx" ON "sessions"("token_id");

-- CreateIndex
CREATE INDEX "login_links_token_id_idx" ON "login_links"("token_id");

-- CreateIndex
CREATE INDEX "audit_events_subject_id_idx" ON "audit_events"("subject", "id");

-- CreateIndex
CREATE UNIQUE INDEX "datasets_name_key" ON "datasets"("name");

-- CreateIndex
CREATE UNIQUE INDEX "datasets_request_id_key" ON "datasets"("request_id");

-- CreateIndex
CREATE INDEX "datasets_sha256_idx" ON "datasets"("sha256");

-- CreateIndex
CREATE INDEX "workers_status_last_heartbeat_at_idx" ON "workers"("status", "last_heartbeat_at");

-- CreateIndex
CREATE UNIQUE INDEX "models_name_key" ON "models"("name");

-- CreateIndex
CREATE INDEX "model_versions_trial_id_idx" ON "model_versions"("trial_id");

-- CreateIndex
CREATE INDEX "model_versions_dataset_id_idx" ON "model_versions"("dataset_id");

-- CreateIndex
CREATE INDEX "model_versions_weights_sha256_idx" ON "model_versions"("weights_sha256");

-- CreateIndex
CREATE UNIQUE INDEX "model_versions_model_id_version_key" ON "model_versions"("model_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "model_versions_model_id_weights_sha256_key" ON "model_versions"("model_id", "weights_sha256");

-- CreateIndex
CREATE INDEX "model_aliases_version_id_idx" ON "model_aliases"("version_id");

-- CreateIndex
CREATE INDEX "checkpoints_sha256_idx" ON "checkpoints"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "sweeps_request_id_key" ON "sweeps"("request_id");

-- CreateIndex
CREATE INDEX "sweeps_status_created_at_idx" ON "sweeps"("status", "created_at");

-- CreateIndex
CREATE INDEX "sweeps_dataset_id_idx" ON "sweeps"("dataset_id");

-- CreateIndex
CREATE INDEX "sweeps_created_at_id_idx" ON "sweeps"("created_at", "id");

-- CreateIndex
CREATE INDEX "sweep_events_created_at_idx" ON "sweep_events"("created_at");

-- CreateIndex
CREATE INDEX "trials_leaderboard_by_accuracy" ON "trials"("sweep_id", "validation_accuracy" DESC, "overfitting_gap", "parameters", "number");

-- CreateIndex
CREATE INDEX "trials_leaderboard_by_gap" ON "trials"("sweep_id", "overfitting_gap", "validation_accuracy" DESC, "parameters", "number");

-- CreateIndex
CREATE INDEX "trials_sweep_id_status_idx" ON "trials"("sweep_id", "status");

-- CreateIndex
CREATE INDEX "trials_pack_id_idx" ON "trials"("pack_id");

-- CreateIndex
CREATE INDEX "trials_weights_sha256_idx" ON "trials"("weights_sha256");

-- CreateIndex
CREATE UNIQUE INDEX "trials_sweep_id_number_key" ON "trials"("sweep_id", "number");

-- CreateIndex
CREATE INDEX "packs_sweep_id_status_idx" ON "packs"("sweep_id", "status");

-- CreateIndex
CREATE INDEX "packs_status_lease_expires_at_idx" ON "packs"("status", "lease_expires_at");

-- CreateIndex
CREATE INDEX "packs_worker_id_idx" ON "packs"("worker_id");

-- CreateIndex
CREATE INDEX "packs_job_id_idx" ON "packs"("job_id");

-- CreateIndex
CREATE INDEX "attempts_pack_id_idx" ON "attempts"("pack_id");

-- CreateIndex
CREATE INDEX "attempts_worker_id_idx" ON "attempts"("worker_id");

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "tokens"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "login_links" ADD CONSTRAINT "login_links_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "tokens"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_sha256_fkey" FOREIGN KEY ("sha256") REFERENCES "artifacts"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "models"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_trial_id_fkey" FOREIGN KEY ("trial_id") REFERENCES "trials"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_weights_sha256_fkey" FOREIGN KEY ("weights_sha256") REFERENCES "artifacts"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_aliases" ADD CONSTRAINT "model_aliases_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "models"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_aliases" ADD CONSTRAINT "model_aliases_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "model_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "epochs" ADD CONSTRAINT "epochs_trial_id_fkey" FOREIGN KEY ("trial_id") REFERENCES "trials"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "verdicts" ADD CONSTRAINT "verdicts_trial_id_fkey" FOREIGN KEY ("trial_id") REFERENCES "trials"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "checkpoints" ADD CONSTRAINT "checkpoints_trial_id_fkey" FOREIGN KEY ("trial_id") REFERENCES "trials"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "checkpoints" ADD CONSTRAINT "checkpoints_sha256_fkey" FOREIGN KEY ("sha256") REFERENCES "artifacts"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sweeps" ADD CONSTRAINT "sweeps_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sweeps" ADD CONSTRAINT "sweeps_best_trial_id_fkey" FOREIGN KEY ("best_trial_id") REFERENCES "trials"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_sweep_id_fkey" FOREIGN KEY ("sweep_id") REFERENCES "sweeps"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sweep_events" ADD CONSTRAINT "sweep_events_sweep_id_fkey" FOREIGN KEY ("sweep_id") REFERENCES "sweeps"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trials" ADD CONSTRAINT "trials_sweep_id_fkey" FOREIGN KEY ("sweep_id") REFERENCES "sweeps"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trials" ADD CONSTRAINT "trials_pack_id_fkey" FOREIGN KEY ("pack_id") REFERENCES "packs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trials" ADD CONSTRAINT "trials_weights_sha256_fkey" FOREIGN KEY ("weights_sha256") REFERENCES "artifacts"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "packs" ADD CONSTRAINT "packs_sweep_id_fkey" FOREIGN KEY ("sweep_id") REFERENCES "sweeps"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "packs" ADD CONSTRAINT "packs_worker_id_fkey" FOREIGN KEY ("worker_id") REFERENCES "workers"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_trial_id_fkey" FOREIGN KEY ("trial_id") REFERENCES "trials"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_pack_id_fkey" FOREIGN KEY ("pack_id") REFERENCES "packs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_worker_id_fkey" FOREIGN KEY ("worker_id") REFERENCES "workers"("id") ON DELETE SET NULL ON UPDATE CASCADE;
