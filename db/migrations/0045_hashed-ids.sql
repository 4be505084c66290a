-- safe after 0.1.0: made in the seconds that reading the invoices once takes; whoever opens one waits as long.
CREATE INDEX "documents_by_id" ON "documents" USING hash ("id");--> statement-breakpoint
-- safe after 0.1.0: as above.
CREATE INDEX "payments_by_id" ON "payments" USING hash ("id");--> statement-breakpoint
-- An id is not given twice for all that: it has the time and more than seventy random bits, and is the only one of its organization by the primary key.
ALTER TABLE "documents" DROP CONSTRAINT "documents_id";--> statement-breakpoint
ALTER TABLE "payments" DROP CONSTRAINT "payments_id";
