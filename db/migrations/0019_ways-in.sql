CREATE TABLE "portal_sessions" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"page" text NOT NULL,
	"return_url" text,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "portal_sessions_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "portal_sessions_id" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "sign_in_identities" (
	"provider" text NOT NULL,
	"subject" text NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sign_in_identities_provider_subject_pk" PRIMARY KEY("provider","subject"),
	CONSTRAINT "sign_in_identities_once" UNIQUE("user_id","provider")
);
--> statement-breakpoint
CREATE TABLE "sign_in_links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "portal_sessions" ADD CONSTRAINT "portal_sessions_member" FOREIGN KEY ("organization_id","member_id") REFERENCES "public"."members"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_identities" ADD CONSTRAINT "sign_in_identities_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_links" ADD CONSTRAINT "sign_in_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "portal_sessions_by_end" ON "portal_sessions" USING btree ("organization_id","expires_at");--> statement-breakpoint
CREATE INDEX "sign_in_links_by_user" ON "sign_in_links" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sign_in_links_by_end" ON "sign_in_links" USING btree ("expires_at");--> statement-breakpoint

-- Only the machine interface makes portal sessions, and takes out old ones; pages open them by the functions below.
ALTER TABLE portal_sessions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON portal_sessions FOR SELECT TO headroom_web USING (organization_id = (SELECT current_organization()));
--> statement-breakpoint
CREATE POLICY engine ON portal_sessions TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON portal_sessions TO headroom_web;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON portal_sessions TO headroom_engine;
--> statement-breakpoint

-- Somebody who may come in: a member who has joined, of an organization that was not closed.
CREATE FUNCTION has_membership(person uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM members m JOIN organizations o ON o.id = m.organization_id
    WHERE m.user_id = person AND m.removed_at IS NULL AND m.joined_at IS NOT NULL AND o.deleted_at IS NULL
  )
$$;
--> statement-breakpoint
-- Queues the mail with the link, where the address belongs to somebody who may come in. It returns nothing, so that no caller can
-- tell whether it does. The mail goes through the queue of one of their organizations.
CREATE FUNCTION request_sign_in_link(link_email text, link_token_hash text, message_id uuid, sealed_token text, next_path text, valid_until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  person record;
BEGIN
  DELETE FROM sign_in_links WHERE expires_at < now() - interval '1 day';
  SELECT u.id, u.email, o.id AS organization_id, o.name, o.slug INTO person
  FROM users u
  JOIN members m ON m.user_id = u.id AND m.removed_at IS NULL AND m.joined_at IS NOT NULL
  JOIN organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
  WHERE u.email = lower(link_email)
  ORDER BY m.added_at, o.id LIMIT 1;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO sign_in_links (token_hash, user_id, expires_at) VALUES (link_token_hash, person.id, valid_until);
  INSERT INTO messages (organization_id, id, kind, channel, recipient, payload, fact, at, state, next_try_at)
  VALUES (person.organization_id, message_id, 'magic_link', 'email', person.email,
    jsonb_build_object('organizationName', person.name, 'organizationSlug', person.slug, 'email', person.email, 'sealedToken', sealed_token, 'nextPath', next_path,
      'expiresAt', to_char(valid_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
    'magic_link:' || link_token_hash, now(), 'queued', now());
END $$;
--> statement-breakpoint
-- Whom a link signs in and whether it still does: for its page. Whoever has the token reads that person's mail.
CREATE FUNCTION find_sign_in_link(link_token_hash text) RETURNS TABLE (email text, state text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT u.email, CASE WHEN l.used_at IS NOT NULL THEN 'used' WHEN l.expires_at <= now() THEN 'expired' ELSE 'open' END
  FROM sign_in_links l JOIN users u ON u.id = l.user_id WHERE l.token_hash = link_token_hash
$$;
--> statement-breakpoint
-- Of many who come with one link at once, one gets in, and every other link of that person closes.
CREATE FUNCTION use_sign_in_link(link_token_hash text) RETURNS TABLE (id uuid, session_version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  person uuid;
BEGIN
  UPDATE sign_in_links l SET used_at = now() WHERE l.token_hash = link_token_hash AND l.used_at IS NULL AND l.expires_at > now() RETURNING l.user_id INTO person;
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE sign_in_links l SET used_at = now() WHERE l.user_id = person AND l.used_at IS NULL;
  RETURN QUERY SELECT u.id, u.session_version FROM users u WHERE u.id = person;
END $$;
--> statement-breakpoint
-- Who comes from an identity provider with an address that it has verified: a person it has sent before, or the one whose address it
-- is, who is remembered under that subject from then on. It makes nobody a member.
CREATE FUNCTION sign_in_with_identity(given_provider text, given_subject text, verified_email text) RETURNS TABLE (outcome text, id uuid, session_version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  person uuid;
BEGIN
  SELECT i.user_id INTO person FROM sign_in_identities i WHERE i.provider = given_provider AND i.subject = given_subject;
  IF person IS NULL THEN
    SELECT u.id INTO person FROM users u WHERE u.email = lower(verified_email);
    IF person IS NOT NULL AND has_membership(person) THEN
      INSERT INTO sign_in_identities (provider, subject, user_id, created_at) VALUES (given_provider, given_subject, person, now()) ON CONFLICT DO NOTHING;
      IF NOT EXISTS (SELECT FROM sign_in_identities i WHERE i.provider = given_provider AND i.subject = given_subject AND i.user_id = person) THEN
        RETURN QUERY SELECT 'other_identity', NULL::uuid, NULL::integer;
        RETURN;
      END IF;
    END IF;
  END IF;
  IF person IS NULL OR NOT has_membership(person) THEN
    RETURN QUERY SELECT 'no_membership', NULL::uuid, NULL::integer;
    RETURN;
  END IF;
  RETURN QUERY SELECT 'signed_in', u.id, u.session_version FROM users u WHERE u.id = person;
END $$;
--> statement-breakpoint
-- Whom a portal session signs in, and whether it still does.
CREATE FUNCTION find_portal_session(portal_id uuid) RETURNS TABLE (user_id uuid, email text, return_url text, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT m.user_id, u.email, p.return_url,
    CASE WHEN m.removed_at IS NOT NULL OR o.deleted_at IS NOT NULL THEN 'gone' WHEN p.used_at IS NOT NULL THEN 'used' WHEN p.expires_at <= now() THEN 'expired' ELSE 'open' END
  FROM portal_sessions p
  JOIN members m ON m.organization_id = p.organization_id AND m.id = p.member_id
  JOIN organizations o ON o.id = p.organization_id
  JOIN users u ON u.id = m.user_id
  WHERE p.id = portal_id
$$;
--> statement-breakpoint
-- Once: of many who come with one address at once, one gets in.
CREATE FUNCTION use_portal_session(portal_id uuid)
RETURNS TABLE (organization_id uuid, organization_slug text, user_id uuid, session_version integer, page text, return_url text)
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  UPDATE portal_sessions p SET used_at = now()
  FROM members m, organizations o, users u
  WHERE p.id = portal_id AND p.used_at IS NULL AND p.expires_at > now()
    AND m.organization_id = p.organization_id AND m.id = p.member_id AND m.removed_at IS NULL
    AND o.id = p.organization_id AND o.deleted_at IS NULL AND u.id = m.user_id
  RETURNING p.organization_id, o.slug, m.user_id, u.session_version, p.page, p.return_url
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION has_membership(uuid), request_sign_in_link(text, text, uuid, text, text, timestamptz), find_sign_in_link(text), use_sign_in_link(text),
  sign_in_with_identity(text, text, text), find_portal_session(uuid), use_portal_session(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION request_sign_in_link(text, text, uuid, text, text, timestamptz), find_sign_in_link(text), use_sign_in_link(text),
  sign_in_with_identity(text, text, text), find_portal_session(uuid), use_portal_session(uuid) TO headroom_web;
