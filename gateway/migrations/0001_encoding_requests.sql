CREATE TABLE "encoding_requests" (
	"license_id" text NOT NULL,
	"signer" text NOT NULL,
	"encoding" integer NOT NULL,
	"version" bigint NOT NULL,
	"sequence" bigint NOT NULL,
	"signed_at" bigint NOT NULL,
	"signature" text NOT NULL,
	"received_at" bigint NOT NULL,
	CONSTRAINT "encoding_requests_license_id_signer_encoding_pk" PRIMARY KEY("license_id","signer","encoding")
);
