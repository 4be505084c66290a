-- Invitations by the machine interface and the operator's desk count as those of pages do.
GRANT EXECUTE ON FUNCTION take_sign_in_try(text, integer, integer) TO headroom_engine;
--> statement-breakpoint

-- A key that was revoked is forgotten by every web process when that is committed, whoever revoked it and however; where nobody
-- hears of it, a process asks again within seconds.
CREATE FUNCTION tell_revoked_key() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  PERFORM pg_notify('headroom_revoked_keys', OLD.id::text);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER api_keys_revoked AFTER UPDATE OF revoked_at ON api_keys FOR EACH ROW
WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION tell_revoked_key();
--> statement-breakpoint
CREATE TRIGGER api_keys_deleted AFTER DELETE ON api_keys FOR EACH ROW EXECUTE FUNCTION tell_revoked_key();
