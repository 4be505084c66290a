DROP INDEX "messages_chat_due";--> statement-breakpoint
-- safe after 0.1.0: it holds what waits for a chat, and is made in the seconds that reading the messages once takes; whoever writes one waits as long.
CREATE INDEX "messages_chat_due" ON "messages" USING btree ("channel_id","next_try_at") WHERE next_try_at is not null and channel <> 'email';