-- Work that came in wakes the worker when its transaction commits, whichever door wrote it and however; a sweep by schedule
-- stands behind it, so a notification that nobody hears loses nothing.
CREATE FUNCTION wake_worker() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  PERFORM pg_notify('headroom_wake', TG_ARGV[0]);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER messages_wake AFTER INSERT ON messages FOR EACH STATEMENT EXECUTE FUNCTION wake_worker('messages');
--> statement-breakpoint
CREATE TRIGGER webhook_inbox_wake AFTER INSERT ON webhook_inbox FOR EACH STATEMENT EXECUTE FUNCTION wake_worker('inbox');
