ALTER TABLE "operators" ADD COLUMN "session_version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "password_resets" ADD COLUMN "session_version" integer;--> statement-breakpoint
ALTER TABLE "sign_in_links" ADD COLUMN "session_version" integer;--> statement-breakpoint

-- As before, and kept with the sessions that counted when it was asked for. Who has no account waits for the disk as well, so that time tells nothing.
CREATE OR REPLACE FUNCTION request_password_reset(reset_email text, reset_token_hash text, message_id uuid, sealed_token text, valid_until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  person record;
BEGIN
  DELETE FROM password_resets WHERE expires_at < now() - interval '1 day';
  SELECT u.id, u.email, u.session_version, o.id AS organization_id, o.name, o.slug INTO person
  FROM users u
  JOIN members m ON m.user_id = u.id AND m.removed_at IS NULL AND m.joined_at IS NOT NULL
  JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
  WHERE u.email = lower(reset_email)
  ORDER BY m.added_at, o.id LIMIT 1;
  IF NOT FOUND THEN
    PERFORM pg_logical_emit_message(true, 'headroom', 'a link for nobody'); -- A commit that is waited for.
    RETURN;
  END IF;
  INSERT INTO password_resets (token_hash, user_id, session_version, expires_at) VALUES (reset_token_hash, person.id, person.session_version, valid_until);
  INSERT INTO messages (organization_id, id, kind, channel, recipient, payload, fact, at, state, next_try_at)
  VALUES (person.organization_id, message_id, 'password_reset', 'email', person.email,
    jsonb_build_object('organizationName', person.name, 'organizationSlug', person.slug, 'email', person.email, 'sealedToken', sealed_token,
      'expiresAt', to_char(valid_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
    'password_reset:' || reset_token_hash, now(), 'queued', now());
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION is_password_reset_open(reset_token_hash text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM password_resets r JOIN users u ON u.id = r.user_id AND u.session_version = r.session_version
    WHERE r.token_hash = reset_token_hash AND r.used_at IS NULL AND r.expires_at > now()
  )
$$;
--> statement-breakpoint
-- As before, and only while the sessions count that did when it was asked for. The person is held first, so that what ends them comes before or after.
CREATE OR REPLACE FUNCTION use_password_reset(reset_token_hash text, new_password_hash text) RETURNS TABLE (id uuid, session_version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  person record;
BEGIN
  SELECT u.id, u.session_version INTO person FROM users u
  WHERE u.id = (SELECT r.user_id FROM password_resets r WHERE r.token_hash = reset_token_hash) FOR UPDATE;
  UPDATE password_resets r SET used_at = now()
  WHERE r.token_hash = reset_token_hash AND r.used_at IS NULL AND r.expires_at > now() AND r.session_version = person.session_version;
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE password_resets r SET used_at = now() WHERE r.user_id = person.id AND r.used_at IS NULL;
  RETURN QUERY UPDATE users u SET password_hash = new_password_hash, session_version = u.session_version + 1 WHERE u.id = person.id RETURNING u.id, u.session_version;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION request_sign_in_link(link_email text, link_token_hash text, message_id uuid, sealed_token text, next_path text, valid_until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  person record;
BEGIN
  DELETE FROM sign_in_links WHERE expires_at < now() - interval '1 day';
  SELECT u.id, u.email, u.session_version, o.id AS organization_id, o.name, o.slug INTO person
  FROM users u
  JOIN members m ON m.user_id = u.id AND m.removed_at IS NULL AND m.joined_at IS NOT NULL
  JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
  WHERE u.email = lower(link_email)
  ORDER BY m.added_at, o.id LIMIT 1;
  IF NOT FOUND THEN
    PERFORM pg_logical_emit_message(true, 'headroom', 'a link for nobody'); -- A commit that is waited for.
    RETURN;
  END IF;
  INSERT INTO sign_in_links (token_hash, user_id, session_version, expires_at) VALUES (link_token_hash, person.id, person.session_version, valid_until);
  INSERT INTO messages (organization_id, id, kind, channel, recipient, payload, fact, at, state, next_try_at)
  VALUES (person.organization_id, message_id, 'magic_link', 'email', person.email,
    jsonb_build_object('organizationName', person.name, 'organizationSlug', person.slug, 'email', person.email, 'sealedToken', sealed_token, 'nextPath', next_path,
      'expiresAt', to_char(valid_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
    'magic_link:' || link_token_hash, now(), 'queued', now());
END $$;
--> statement-breakpoint
-- As before; one whose person was signed out everywhere since then is over.
CREATE OR REPLACE FUNCTION find_sign_in_link(link_token_hash text) RETURNS TABLE (email text, state text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.email, CASE WHEN l.used_at IS NOT NULL THEN 'used' WHEN l.expires_at <= now() OR l.session_version IS DISTINCT FROM u.session_version THEN 'expired' ELSE 'open' END
  FROM sign_in_links l JOIN users u ON u.id = l.user_id WHERE l.token_hash = link_token_hash
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION use_sign_in_link(link_token_hash text) RETURNS TABLE (id uuid, session_version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  person record;
BEGIN
  SELECT u.id, u.session_version INTO person FROM users u
  WHERE u.id = (SELECT l.user_id FROM sign_in_links l WHERE l.token_hash = link_token_hash) FOR UPDATE;
  UPDATE sign_in_links l SET used_at = now()
  WHERE l.token_hash = link_token_hash AND l.used_at IS NULL AND l.expires_at > now() AND l.session_version = person.session_version;
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE sign_in_links l SET used_at = now() WHERE l.user_id = person.id AND l.used_at IS NULL;
  RETURN QUERY SELECT person.id, person.session_version;
END $$;
--> statement-breakpoint
-- Whether somebody has a way in of their own, so that no invitation to `inviting` is one for them: a password, another organization that they have
-- joined, or an account elsewhere that lets them in. Whoever was added to `inviting` without a mail has none yet.
CREATE FUNCTION can_sign_in(person uuid, inviting uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM users u WHERE u.id = person AND u.password_hash IS NOT NULL)
    OR EXISTS (
      SELECT FROM members m JOIN organizations o ON o.id = m.organization_id
      WHERE m.user_id = person AND m.organization_id <> inviting AND m.removed_at IS NULL AND m.joined_at IS NOT NULL AND o.deleted_at IS NULL
    )
    OR (has_membership(person) AND EXISTS (SELECT FROM sign_in_identities i WHERE i.user_id = person))
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION can_sign_in(uuid, uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION can_sign_in(uuid, uuid) TO headroom_web;
