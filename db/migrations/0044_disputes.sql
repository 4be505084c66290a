CREATE TABLE "disputes" (
	"organization_id" uuid NOT NULL,
	"payment_id" uuid NOT NULL,
	"dispute_ref" text NOT NULL,
	"state" text NOT NULL,
	"amount" bigint NOT NULL,
	"turn" smallint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "disputes_organization_id_payment_id_dispute_ref_pk" PRIMARY KEY("organization_id","payment_id","dispute_ref"),
	CONSTRAINT "disputes_disputeRef_unique" UNIQUE("dispute_ref")
);
--> statement-breakpoint
ALTER TABLE "credit_reversals" ADD COLUMN "turn" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_organization_id_payment_id_payments_organization_id_id_fk" FOREIGN KEY ("organization_id","payment_id") REFERENCES "public"."payments"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint

-- What was heard of before: the last dispute of each payment, and what was lost by it.
INSERT INTO disputes (organization_id, payment_id, dispute_ref, state, amount, created_at)
SELECT organization_id, id, dispute_ref, CASE WHEN dispute_lost IS NOT NULL THEN 'lost' WHEN state = 'disputed' THEN 'open' ELSE 'won' END, coalesce(dispute_lost, amount), created_at
FROM payments WHERE dispute_ref IS NOT NULL;
--> statement-breakpoint

-- Pages only read them: the worker settles them.
ALTER TABLE disputes ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON disputes TO headroom_web USING (organization_id = (SELECT current_organization())) WITH CHECK (organization_id = (SELECT current_organization()));
--> statement-breakpoint
CREATE POLICY engine ON disputes TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON disputes TO headroom_web;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON disputes TO headroom_engine;
