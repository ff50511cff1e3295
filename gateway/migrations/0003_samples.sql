CREATE TABLE "sample_payments" (
	"token" text NOT NULL,
	"payer" text NOT NULL,
	"nonce" text NOT NULL,
	"resource" text NOT NULL,
	"transaction" text,
	CONSTRAINT "sample_payments_token_payer_nonce_pk" PRIMARY KEY("token","payer","nonce")
);
--> statement-breakpoint
CREATE TABLE "samples" (
	"dataset_id" text NOT NULL,
	"sha256" text NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"token" text NOT NULL,
	"amount" text NOT NULL,
	"seller" text NOT NULL,
	CONSTRAINT "samples_dataset_id_sha256_pk" PRIMARY KEY("dataset_id","sha256")
);
