ALTER TABLE "payments" ADD COLUMN "attempts_over" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "refusal_ref" text;--> statement-breakpoint

-- An attempt that nobody looks at any more has been answered.
UPDATE payments SET attempts_over = CASE WHEN state = 'in_flight' OR (state IN ('created', 'open', 'refused') AND check_at IS NOT NULL) THEN greatest(attempts - 1, 0) ELSE attempts END;
