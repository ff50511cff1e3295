CREATE TABLE "delivery_log" (
	"license_id" text NOT NULL,
	"sequence" bigint NOT NULL,
	"time" bigint NOT NULL,
	"bytes" bigint NOT NULL,
	"chunks" bigint NOT NULL,
	"entry" text NOT NULL,
	CONSTRAINT "delivery_log_license_id_sequence_pk" PRIMARY KEY("license_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "keeper_cursors" (
	"name" text PRIMARY KEY NOT NULL,
	"block" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "keeper_tasks" (
	"kind" text NOT NULL,
	"license_id" text NOT NULL,
	"done" boolean NOT NULL,
	"failures" integer NOT NULL,
	"next_at" bigint NOT NULL,
	"last_error" text,
	CONSTRAINT "keeper_tasks_kind_license_id_pk" PRIMARY KEY("kind","license_id")
);
--> statement-breakpoint
CREATE TABLE "keeper_transactions" (
	"nonce" bigint NOT NULL,
	"sender" text NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"to" text NOT NULL,
	"data" text NOT NULL,
	"gas" bigint NOT NULL,
	"raw" text NOT NULL,
	"hash" text NOT NULL,
	"max_fee_per_gas" text NOT NULL,
	"sent_at" bigint NOT NULL,
	"state" text NOT NULL,
	"fee" text,
	"earlier" jsonb NOT NULL,
	CONSTRAINT "keeper_transactions_sender_nonce_pk" PRIMARY KEY("sender","nonce")
);
--> statement-breakpoint
CREATE TABLE "license_offers" (
	"license_id" text PRIMARY KEY NOT NULL,
	"offer" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "meter_events" (
	"license_id" text NOT NULL,
	"sequence" bigint NOT NULL,
	"key" text NOT NULL,
	"units" bigint NOT NULL,
	"total" bigint NOT NULL,
	"time" bigint NOT NULL,
	"previous" text NOT NULL,
	"hash" text NOT NULL,
	"signature" text NOT NULL,
	CONSTRAINT "meter_events_license_id_sequence_pk" PRIMARY KEY("license_id","sequence"),
	CONSTRAINT "meter_events_key" UNIQUE("license_id","key")
);
--> statement-breakpoint
CREATE TABLE "meter_reservations" (
	"license_id" text NOT NULL,
	"key" text NOT NULL,
	"units" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	CONSTRAINT "meter_reservations_license_id_key_pk" PRIMARY KEY("license_id","key")
);
--> statement-breakpoint
CREATE TABLE "meter_vouchers" (
	"license_id" text PRIMARY KEY NOT NULL,
	"units" bigint NOT NULL,
	"amount" text NOT NULL,
	"sequence" bigint NOT NULL,
	"signer" text NOT NULL,
	"signature" text NOT NULL,
	"received_at" bigint NOT NULL,
	"waiting_since" bigint NOT NULL,
	"billed" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "meters" (
	"license_id" text PRIMARY KEY NOT NULL,
	"units" bigint NOT NULL,
	"sequence" bigint NOT NULL,
	"head" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "delivery_log_time" ON "delivery_log" USING btree ("license_id","time");--> statement-breakpoint
CREATE INDEX "keeper_tasks_due" ON "keeper_tasks" USING btree ("kind","done","next_at");--> statement-breakpoint
CREATE INDEX "keeper_transactions_sent" ON "keeper_transactions" USING btree ("sent_at");