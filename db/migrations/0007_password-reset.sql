CREATE TABLE "password_resets" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "demo_begun" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "password_resets" ADD CONSTRAINT "password_resets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "password_resets_by_user" ON "password_resets" USING btree ("user_id");
--> statement-breakpoint

-- Queues the mail with the link, where the address belongs to somebody who has a password and a place to sign in to. It returns
-- nothing, so that no caller can tell whether it does. The mail goes through the queue of one of their organizations.
CREATE FUNCTION request_password_reset(reset_email text, reset_token_hash text, message_id uuid, sealed_token text, valid_until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  person record;
BEGIN
  DELETE FROM password_resets WHERE expires_at < now() - interval '1 day';
  SELECT u.id, u.email, o.id AS organization_id, o.name, o.slug INTO person
  FROM users u
  JOIN members m ON m.user_id = u.id AND m.removed_at IS NULL AND m.joined_at IS NOT NULL
  JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
  WHERE u.email = lower(reset_email) AND u.password_hash IS NOT NULL
  ORDER BY m.added_at, o.id LIMIT 1;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO password_resets (token_hash, user_id, expires_at) VALUES (reset_token_hash, person.id, valid_until);
  INSERT INTO messages (organization_id, id, kind, channel, recipient, payload, fact, at, state, next_try_at)
  VALUES (person.organization_id, message_id, 'password_reset', 'email', person.email,
    jsonb_build_object('organizationName', person.name, 'organizationSlug', person.slug, 'email', person.email, 'sealedToken', sealed_token,
      'expiresAt', to_char(valid_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
    'password_reset:' || reset_token_hash, now(), 'queued', now());
END $$;
--> statement-breakpoint
-- Whether a link still opens anything; it names nobody.
CREATE FUNCTION is_password_reset_open(reset_token_hash text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT 1 FROM password_resets WHERE token_hash = reset_token_hash AND used_at IS NULL AND expires_at > now())
$$;
--> statement-breakpoint
-- Of many who come with one link at once, one gets in. Every other link of that person closes, and every session of theirs ends.
CREATE FUNCTION use_password_reset(reset_token_hash text, new_password_hash text) RETURNS TABLE (id uuid, session_version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  person uuid;
BEGIN
  UPDATE password_resets r SET used_at = now() WHERE r.token_hash = reset_token_hash AND r.used_at IS NULL AND r.expires_at > now() RETURNING r.user_id INTO person;
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE password_resets r SET used_at = now() WHERE r.user_id = person AND r.used_at IS NULL;
  RETURN QUERY UPDATE users u SET password_hash = new_password_hash, session_version = u.session_version + 1 WHERE u.id = person RETURNING u.id, u.session_version;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION request_password_reset(text, text, uuid, text, timestamptz), is_password_reset_open(text), use_password_reset(text, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION request_password_reset(text, text, uuid, text, timestamptz), is_password_reset_open(text), use_password_reset(text, text) TO headroom_web;
