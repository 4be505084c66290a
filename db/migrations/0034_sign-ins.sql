CREATE TABLE "sign_ins" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid,
	"operator_id" uuid,
	"way" text NOT NULL,
	"outcome" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	"times" integer DEFAULT 1 NOT NULL,
	"address" text NOT NULL,
	"agent" text NOT NULL,
	CONSTRAINT "sign_ins_of_one" CHECK (num_nonnulls("sign_ins"."user_id", "sign_ins"."operator_id") = 1)
);
--> statement-breakpoint
ALTER TABLE "sign_ins" ADD CONSTRAINT "sign_ins_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_ins" ADD CONSTRAINT "sign_ins_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sign_ins_by_person" ON "sign_ins" USING btree ("user_id","last_at");--> statement-breakpoint
CREATE INDEX "sign_ins_by_operator" ON "sign_ins" USING btree ("operator_id","last_at");--> statement-breakpoint
CREATE INDEX "sign_ins_by_age" ON "sign_ins" USING btree ("last_at");--> statement-breakpoint

-- A page reaches its own person's alone.
ALTER TABLE sign_ins ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON sign_ins TO headroom_web USING (user_id = (SELECT current_person())) WITH CHECK (user_id = (SELECT current_person()));
--> statement-breakpoint
CREATE POLICY engine ON sign_ins TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (times, last_at) ON sign_ins TO headroom_web, headroom_engine;
--> statement-breakpoint
GRANT DELETE ON sign_ins TO headroom_engine;
--> statement-breakpoint
-- What was written stays as it was for 90 days; only its count rises. Whoever gets into the worker does not wipe out how they came: erasing a person
-- is done by its function, as the owner, and by no role that says it is erasing.
CREATE FUNCTION refuse_change_of_sign_ins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND (OLD.last_at < now() - interval '90 days' OR
    (current_setting('app.erasing', true) = 'on' AND current_user NOT IN ('headroom_engine', 'headroom_web'))) THEN RETURN OLD; END IF;
  IF TG_OP = 'UPDATE' AND NEW.times > OLD.times AND NEW.last_at >= OLD.last_at
    AND (NEW.id, NEW.user_id, NEW.operator_id, NEW.way, NEW.outcome, NEW.at, NEW.address, NEW.agent)
      IS NOT DISTINCT FROM (OLD.id, OLD.user_id, OLD.operator_id, OLD.way, OLD.outcome, OLD.at, OLD.address, OLD.agent) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER sign_ins_append_only BEFORE UPDATE OR DELETE ON sign_ins FOR EACH ROW EXECUTE FUNCTION refuse_change_of_sign_ins();
--> statement-breakpoint

-- As before, and their sign-ins.
CREATE OR REPLACE FUNCTION erase_person(person uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET app.erasing = 'on' AS $$
DECLARE
  known record;
BEGIN
  SELECT u.id, u.email, coalesce(u.name, u.email) AS name INTO known FROM users u WHERE u.id = person AND u.email NOT LIKE '%@erased.invalid' FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  IF EXISTS (SELECT FROM members m JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = person AND m.removed_at IS NULL AND o.deleted_at IS NULL) THEN
    RAISE EXCEPTION 'the person belongs to an organization' USING ERRCODE = 'restrict_violation';
  END IF;

  DELETE FROM sign_in_identities WHERE user_id = person;
  DELETE FROM sign_in_links WHERE user_id = person;
  DELETE FROM password_resets WHERE user_id = person;
  DELETE FROM second_factors WHERE user_id = person;
  DELETE FROM passkeys WHERE user_id = person;
  DELETE FROM sessions WHERE user_id = person;
  DELETE FROM ended_sessions WHERE user_id = person;
  DELETE FROM sign_ins WHERE user_id = person;
  DELETE FROM sandbox_mails WHERE known.email = ANY(recipients) OR strpos(lower(text), known.email) > 0;
  DELETE FROM mail_mutes WHERE (organization_id, member_id) IN (SELECT m.organization_id, m.id FROM members m WHERE m.user_id = person);
  DELETE FROM invitations WHERE (organization_id, member_id) IN (SELECT m.organization_id, m.id FROM members m WHERE m.user_id = person);
  DELETE FROM portal_sessions WHERE (organization_id, member_id) IN (SELECT m.organization_id, m.id FROM members m WHERE m.user_id = person);
  UPDATE invitations SET invited_by = 'erased' WHERE organization_id IN (SELECT m.organization_id FROM members m WHERE m.user_id = person)
    AND lower(invited_by) IN (known.email, lower(known.name));
  DELETE FROM messages WHERE organization_id IN (SELECT m.organization_id FROM members m WHERE m.user_id = person) AND recipient = known.email;
  UPDATE messages SET payload = without_person(payload, known.email, known.name)
    WHERE organization_id IN (SELECT m.organization_id FROM members m WHERE m.user_id = person) AND payload <> without_person(payload, known.email, known.name);
  -- An answer stays, so that its key does nothing a second time.
  UPDATE idempotency_answers SET body = without_person(body, known.email, known.name)
    WHERE organization_id IN (SELECT m.organization_id FROM members m WHERE m.user_id = person) AND body <> without_person(body, known.email, known.name);
  UPDATE audit_log SET before = without_person(before, known.email, known.name), after = without_person(after, known.email, known.name)
    WHERE organization_id IN (SELECT m.organization_id FROM members m WHERE m.user_id = person)
      AND (before <> without_person(before, known.email, known.name) OR after <> without_person(after, known.email, known.name));
  UPDATE users SET email = id || '@erased.invalid', name = NULL, password_hash = NULL, locale = NULL, session_version = session_version + 1 WHERE id = person;
  RETURN true;
END $$;
--> statement-breakpoint

-- As before, but held: somebody who is being erased is found again under their address once that is over, and then is somebody new.
CREATE OR REPLACE FUNCTION ensure_user(new_id uuid, new_email text, new_name text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  found uuid;
BEGIN
  LOOP
    INSERT INTO users (id, email, name) VALUES (new_id, lower(new_email), new_name) ON CONFLICT (email) DO NOTHING;
    SELECT u.id INTO found FROM users u WHERE u.email = lower(new_email) FOR KEY SHARE;
    IF found IS NOT NULL THEN RETURN found; END IF;
  END LOOP;
END $$;
