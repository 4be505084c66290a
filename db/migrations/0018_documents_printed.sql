DROP INDEX "documents_open";--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "language" text DEFAULT 'en' NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "card_brand" text;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "card_last4" text;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "language" text DEFAULT 'en' NOT NULL;--> statement-breakpoint
CREATE INDEX "documents_by_issue" ON "documents" USING btree ("organization_id","issued_at");--> statement-breakpoint
CREATE INDEX "documents_not_renewals" ON "documents" USING btree ("organization_id","kind","id") WHERE kind <> 'renewal';--> statement-breakpoint
CREATE INDEX "documents_credit_notes" ON "documents" USING btree ("organization_id","id") WHERE series = 'credit_note';--> statement-breakpoint
CREATE INDEX "documents_not_paid" ON "documents" USING btree ("organization_id","status","id") WHERE status <> 'paid';--> statement-breakpoint
CREATE INDEX "documents_refunded" ON "documents" USING btree ("organization_id","id") WHERE amount_refunded > 0;--> statement-breakpoint
-- Who sold to whom and in which language it is printed are part of what an issued document says.
CREATE OR REPLACE FUNCTION guard_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.organization_id, NEW.id, NEW.series, NEW.kind, NEW.total, NEW.credit_applied, NEW.amount_due, NEW.credit_issued, NEW.currency, NEW.issued_at, NEW.seller, NEW.buyer, NEW.language)
     IS DISTINCT FROM (OLD.organization_id, OLD.id, OLD.series, OLD.kind, OLD.total, OLD.credit_applied, OLD.amount_due, OLD.credit_issued, OLD.currency, OLD.issued_at, OLD.seller, OLD.buyer, OLD.language)
     OR (OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number) THEN
    RAISE EXCEPTION 'document % is issued and cannot change', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
