CREATE TABLE "credit_reversals" (
	"organization_id" uuid NOT NULL,
	"grant_id" uuid NOT NULL,
	"provider_ref" text NOT NULL,
	"cause" text NOT NULL,
	"state" text NOT NULL,
	"amount" bigint NOT NULL,
	"credit" bigint DEFAULT 0 NOT NULL,
	"stop_lifted_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "credit_reversals_organization_id_grant_id_provider_ref_pk" PRIMARY KEY("organization_id","grant_id","provider_ref"),
	CONSTRAINT "credit_reversals_providerRef_unique" UNIQUE("provider_ref"),
	CONSTRAINT "credit_reversals_credit" CHECK ("credit_reversals"."credit" between 0 and "credit_reversals"."amount")
);
--> statement-breakpoint
ALTER TABLE "credit_grants" ADD COLUMN "provider_ref" text;--> statement-breakpoint
ALTER TABLE "credit_reversals" ADD CONSTRAINT "credit_reversals_organization_id_grant_id_credit_grants_organization_id_id_fk" FOREIGN KEY ("organization_id","grant_id") REFERENCES "public"."credit_grants"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- safe after 0.1.0: the column is new here, so that the version before writes nothing into it.
ALTER TABLE "credit_grants" ADD CONSTRAINT "credit_grants_providerRef_unique" UNIQUE("provider_ref");--> statement-breakpoint

-- Money for no invoice that was kept before: the activity says which payment it was.
UPDATE credit_grants g SET provider_ref = a.after ->> 'reference' FROM audit_log a
WHERE g.source = 'orphan_payment' AND g.document_id IS NULL AND a.organization_id = g.organization_id AND a.action = 'payment.kept_as_credit'
  AND a.target = (
    SELECT 'grant_' || string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', substring(b.bits FROM n * 5 + 1 FOR 5)::bit(5)::integer + 1, 1), '' ORDER BY n)
    FROM (SELECT B'00' || ('x' || replace(g.id::text, '-', ''))::bit(128) AS bits) b, generate_series(0, 25) n);
--> statement-breakpoint

-- The books: an organization's web pages may give up an invoice, and with it what had been spent of a payment that went back.
ALTER TABLE credit_reversals ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON credit_reversals TO headroom_web USING (organization_id = (SELECT current_organization())) WITH CHECK (organization_id = (SELECT current_organization()));
--> statement-breakpoint
CREATE POLICY engine ON credit_reversals TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON credit_reversals TO headroom_web, headroom_engine;
