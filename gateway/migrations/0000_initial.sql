CREATE TABLE "challenges" (
	"nonce" text PRIMARY KEY NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"license_id" text NOT NULL,
	"dataset_id" text NOT NULL,
	"version" bigint NOT NULL,
	"encoding" integer NOT NULL,
	"bytes_sent" bigint NOT NULL,
	"chunks_sent" bigint NOT NULL,
	"served_from" bigint NOT NULL,
	"served_until" bigint NOT NULL,
	CONSTRAINT "deliveries_license_id_version_encoding_pk" PRIMARY KEY("license_id","version","encoding")
);
--> statement-breakpoint
CREATE TABLE "dpop_proofs" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "encodings" (
	"dataset_id" text NOT NULL,
	"version" bigint NOT NULL,
	"encoding" integer NOT NULL,
	"encoding_root" text NOT NULL,
	"content_root" text NOT NULL,
	"chunk_count" bigint NOT NULL,
	"cipher_bytes" bigint NOT NULL,
	"manifest_hash" text NOT NULL,
	"envelope_hash" text NOT NULL,
	"encoding_leaves" text NOT NULL,
	"content_leaves" text NOT NULL,
	"acceptance" jsonb NOT NULL,
	"signature" text NOT NULL,
	"accepted_at" bigint NOT NULL,
	CONSTRAINT "encodings_dataset_id_version_encoding_pk" PRIMARY KEY("dataset_id","version","encoding")
);
--> statement-breakpoint
CREATE TABLE "receipts" (
	"license_id" text NOT NULL,
	"sequence" bigint NOT NULL,
	"version" bigint NOT NULL,
	"encoding" integer NOT NULL,
	"message" jsonb NOT NULL,
	"signature" text NOT NULL,
	"signed_at" bigint NOT NULL,
	CONSTRAINT "receipts_license_id_sequence_pk" PRIMARY KEY("license_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "sealed_secrets" (
	"name" text PRIMARY KEY NOT NULL,
	"sealed" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "served_segments" (
	"license_id" text NOT NULL,
	"version" bigint NOT NULL,
	"encoding" integer NOT NULL,
	"segment" integer NOT NULL,
	"bits" bit(4096) NOT NULL,
	CONSTRAINT "served_segments_license_id_version_encoding_segment_pk" PRIMARY KEY("license_id","version","encoding","segment")
);
--> statement-breakpoint
CREATE INDEX "challenges_expiry" ON "challenges" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "dpop_proofs_expiry" ON "dpop_proofs" USING btree ("expires_at");