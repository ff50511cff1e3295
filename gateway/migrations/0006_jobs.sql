CREATE TABLE "job_outputs" (
	"job_id" text NOT NULL,
	"name" text NOT NULL,
	"content" text NOT NULL,
	CONSTRAINT "job_outputs_job_id_name_pk" PRIMARY KEY("job_id","name")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"manifest" jsonb NOT NULL,
	"state" text NOT NULL,
	"reason" jsonb,
	"result" jsonb,
	"lease_until" bigint NOT NULL,
	"submitted_at" bigint NOT NULL,
	"ended_at" bigint,
	CONSTRAINT "jobs_idempotency" UNIQUE("account","idempotency_key")
);
--> statement-breakpoint
CREATE INDEX "jobs_unfinished" ON "jobs" USING btree ("state","lease_until");