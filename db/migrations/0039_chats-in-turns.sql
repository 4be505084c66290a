DROP INDEX "messages_chat_due";--> statement-breakpoint
CREATE INDEX "messages_chat_due" ON "messages" USING btree ("channel_id","next_try_at") WHERE next_try_at is not null and channel <> 'email';