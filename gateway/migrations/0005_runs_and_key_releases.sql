CREATE TABLE "key_releases" (
	"release_hash" text PRIMARY KEY NOT NULL,
	"license_id" text NOT NULL,
	"release" jsonb NOT NULL,
	"signer" text NOT NULL,
	"signature" text NOT NULL,
	"received_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "logged_runs" (
	"record_id" text NOT NULL,
	"license_id" text NOT NULL,
	CONSTRAINT "logged_runs_record_id_license_id_pk" PRIMARY KEY("record_id","license_id")
);
