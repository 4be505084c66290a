CREATE TABLE "data_exports" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"actor" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ends_by" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "data_exports_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "erased_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "data_exports" ADD CONSTRAINT "data_exports_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "organizations_to_erase" ON "organizations" USING btree ("deleted_at") WHERE deleted_at is not null and erased_at is null;--> statement-breakpoint

-- Taking along: who may begin it is decided by the command; how it ended is written by whoever began it.
ALTER TABLE data_exports ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON data_exports TO headroom_web USING (organization_id = (SELECT current_organization())) WITH CHECK (organization_id = (SELECT current_organization()));
--> statement-breakpoint
CREATE POLICY engine ON data_exports TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON data_exports TO headroom_web, headroom_engine;
--> statement-breakpoint

-- Erasing (A14). The activity stays an account of what was done: an entry keeps who, when and what, and loses what it says of a person. Only the
-- two functions below turn this on, and neither role may update the table by itself.
CREATE FUNCTION refuse_change_of_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('app.erasing', true) = 'on'
    AND (NEW.organization_id, NEW.id, NEW.at, NEW.actor, NEW.operator_id, NEW.action, NEW.target)
      IS NOT DISTINCT FROM (OLD.organization_id, OLD.id, OLD.at, OLD.actor, OLD.operator_id, OLD.action, OLD.target) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
DROP TRIGGER audit_log_append_only ON audit_log;
--> statement-breakpoint
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change_of_activity();
--> statement-breakpoint

-- A value without a person: what is their address or name as a whole, and their address wherever it stands. A name is whatever somebody typed, and may
-- be that of a currency or a role: what a program reads under such a key stays.
CREATE FUNCTION without_person(value jsonb, person_email text, person_name text, of_key text DEFAULT '') RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = public AS $$
  SELECT CASE jsonb_typeof(value)
    WHEN 'object' THEN (SELECT coalesce(jsonb_object_agg(part.key, without_person(part.value, person_email, person_name, part.key)), '{}') FROM jsonb_each(value) part)
    WHEN 'array' THEN (SELECT coalesce(jsonb_agg(without_person(part.value, person_email, person_name, of_key) ORDER BY part.place), '[]')
      FROM jsonb_array_elements(value) WITH ORDINALITY AS part (value, place))
    WHEN 'string' THEN CASE
      WHEN lower(value #>> '{}') = person_email THEN '"erased"'
      WHEN lower(value #>> '{}') = lower(person_name) AND lower(of_key) !~ '(currency|role|plan|product|meter|interval|kind|type|state|status|scope|channel|language|locale|country|reason|rule|code|amount|price|total|units|limit|at|id)s?$'
        THEN '"erased"'
      WHEN strpos(lower(value #>> '{}'), person_email) > 0 THEN to_jsonb(replace(lower(value #>> '{}'), person_email, 'erased'))
      ELSE value END
    ELSE value END
$$;
--> statement-breakpoint

-- A step of a closed organization: at most so many rows of each table. What it returns is how many; 0 is that none is left. Invoices, payments,
-- credit, the ledger and sums of usage stay, so that the books go on balancing.
CREATE FUNCTION erase_rows_of_closed(closed uuid, most integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET app.erasing = 'on' AS $$
DECLARE
  erased integer := 0;
  gone integer;
  personal text;
  held record;
  rolled record;
  bound timestamptz;
BEGIN
  PERFORM FROM organizations WHERE id = closed AND deleted_at IS NOT NULL AND erased_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN 0; END IF;

  FOREACH personal IN ARRAY ARRAY[
    'portal_sessions', 'invitations', 'mail_mutes', 'mail_routes', 'messages', 'notification_channels', 'quotes', 'method_setups', 'payment_methods',
    'limit_requests', 'api_keys', 'data_exports', 'webhook_deliveries', 'webhook_events', 'webhook_endpoints'
  ] LOOP
    EXECUTE format('DELETE FROM %I WHERE ctid = ANY(ARRAY(SELECT ctid FROM %I WHERE organization_id = $1 LIMIT $2))', personal, personal) USING closed, most;
    GET DIAGNOSTICS gone = ROW_COUNT;
    erased := erased + gone;
  END LOOP;

  DELETE FROM idempotency_answers WHERE organization_id = closed
    AND (received_on, scope, key) IN (SELECT a.received_on, a.scope, a.key FROM idempotency_answers a WHERE a.organization_id = closed LIMIT most);
  GET DIAGNOSTICS gone = ROW_COUNT;
  erased := erased + gone;

  UPDATE payments SET return_url = NULL, confirm_url = NULL WHERE organization_id = closed AND (return_url IS NOT NULL OR confirm_url IS NOT NULL)
    AND id IN (SELECT p.id FROM payments p WHERE p.organization_id = closed AND (p.return_url IS NOT NULL OR p.confirm_url IS NOT NULL) LIMIT most);
  GET DIAGNOSTICS gone = ROW_COUNT;
  erased := erased + gone;

  -- What was done with money and plans explains the books, and names nobody.
  UPDATE audit_log SET before = NULL, after = NULL WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM audit_log WHERE organization_id = closed AND (before IS NOT NULL OR after IS NOT NULL)
      AND split_part(action, '.', 1) NOT IN ('subscription', 'invoice', 'credit', 'limits', 'payment', 'plan') LIMIT most));
  GET DIAGNOSTICS gone = ROW_COUNT;
  erased := erased + gone;

  -- Sums of usage by key: a key may be somebody's name.
  FOR rolled IN DELETE FROM usage_rollups WHERE ctid = ANY(ARRAY(SELECT ctid FROM usage_rollups WHERE organization_id = closed AND key <> '' LIMIT most)) RETURNING * LOOP
    INSERT INTO usage_rollups (organization_id, subscription_id, meter, period_start, month, key, quantity, days)
    VALUES (rolled.organization_id, rolled.subscription_id, rolled.meter, rolled.period_start, rolled.month, '', rolled.quantity, rolled.days)
    ON CONFLICT (organization_id, subscription_id, meter, period_start, month, key)
    DO UPDATE SET quantity = usage_rollups.quantity + EXCLUDED.quantity, days = add_days(usage_rollups.days, EXCLUDED.days);
    erased := erased + 1;
  END LOOP;

  -- Events go once their sum stands in their segment; one whose events do not add up keeps them, for the books to tell of.
  UPDATE usage_segments s SET sealed_units = s.units, sealed_at = now() WHERE s.organization_id = closed AND s.sealed_at IS NULL AND s.units = (
    SELECT coalesce(sum(e.quantity), 0) FROM usage_events e
    WHERE e.organization_id = s.organization_id AND e.subscription_id = s.subscription_id AND e.meter = s.meter AND e.period_start = s.period_start
      AND e.segment = s.position AND e.billable);
  IF NOT EXISTS (SELECT FROM usage_segments WHERE organization_id = closed AND sealed_at IS NULL) THEN
    FOR held IN SELECT id FROM subscriptions WHERE organization_id = closed LOOP
      SELECT received_at INTO bound FROM usage_events WHERE organization_id = closed AND subscription_id = held.id ORDER BY received_at OFFSET most LIMIT 1;
      DELETE FROM usage_events WHERE organization_id = closed AND subscription_id = held.id AND received_at <= coalesce(bound, 'infinity');
      GET DIAGNOSTICS gone = ROW_COUNT;
      erased := erased + gone;
    END LOOP;
    DELETE FROM usage_event_ids WHERE organization_id = closed
      AND id_hash IN (SELECT i.id_hash FROM usage_event_ids i WHERE i.organization_id = closed LIMIT most);
    GET DIAGNOSTICS gone = ROW_COUNT;
    erased := erased + gone;
  END IF;
  RETURN erased;
END $$;
--> statement-breakpoint

-- A person who belongs nowhere any more. Their row stays, under an address that reaches nobody, because memberships and the activity name it.
-- @returns Whether anything was erased; an exception where they still belong to an organization.
CREATE FUNCTION erase_person(person uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET app.erasing = 'on' AS $$
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
  DELETE FROM passkeys WHERE user_id = person; -- Made by 0032, which comes with this one,
  DELETE FROM sessions WHERE user_id = person; -- and this by 0033.
  DELETE FROM ended_sessions WHERE user_id = person;
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
REVOKE ALL ON FUNCTION erase_rows_of_closed(uuid, integer), erase_person(uuid), without_person(jsonb, text, text, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION erase_rows_of_closed(uuid, integer), erase_person(uuid) TO headroom_engine;
