CREATE INDEX "books_runs_by_age" ON "books_runs" USING btree ("as_of");--> statement-breakpoint
CREATE INDEX "webhook_inbox_by_age" ON "webhook_inbox" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "webhook_inbox_pending" ON "webhook_inbox" USING btree ("received_at") WHERE state = 'pending';