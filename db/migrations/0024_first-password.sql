-- Queues the mail with the link, where the address belongs to somebody who has a place to sign in to: also to whom has no password yet,
-- because they came by a link or from elsewhere. It returns nothing, so that no caller can tell whether it does. The mail goes through the queue of one of their organizations.
CREATE OR REPLACE FUNCTION request_password_reset(reset_email text, reset_token_hash text, message_id uuid, sealed_token text, valid_until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  person record;
BEGIN
  DELETE FROM password_resets WHERE expires_at < now() - interval '1 day';
  SELECT u.id, u.email, o.id AS organization_id, o.name, o.slug INTO person
  FROM users u
  JOIN members m ON m.user_id = u.id AND m.removed_at IS NULL AND m.joined_at IS NOT NULL
  JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
  WHERE u.email = lower(reset_email)
  ORDER BY m.added_at, o.id LIMIT 1;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO password_resets (token_hash, user_id, expires_at) VALUES (reset_token_hash, person.id, valid_until);
  INSERT INTO messages (organization_id, id, kind, channel, recipient, payload, fact, at, state, next_try_at)
  VALUES (person.organization_id, message_id, 'password_reset', 'email', person.email,
    jsonb_build_object('organizationName', person.name, 'organizationSlug', person.slug, 'email', person.email, 'sealedToken', sealed_token,
      'expiresAt', to_char(valid_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
    'password_reset:' || reset_token_hash, now(), 'queued', now());
END $$;
