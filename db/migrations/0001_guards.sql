-- What drizzle-kit cannot say: partitions, the ledger's guards, row-level security, and the few questions that are asked
-- before anyone is signed in. The roles headroom_web and headroom_engine are made by db/roles.ts before this runs.

-- 1. Partitions -----------------------------------------------------------------------------------------------------

CREATE TABLE usage_events (
  organization_id uuid NOT NULL,
  id text NOT NULL,
  subscription_id uuid NOT NULL,
  meter text NOT NULL,
  quantity bigint NOT NULL CHECK (quantity >= 0),
  key text,
  properties jsonb,
  "timestamp" timestamp (3) with time zone NOT NULL,
  period_start timestamp (3) with time zone NOT NULL,
  segment smallint NOT NULL,
  received_at timestamp (3) with time zone NOT NULL
) PARTITION BY RANGE (received_at);
--> statement-breakpoint
CREATE INDEX usage_events_of_subscription ON usage_events (organization_id, subscription_id, received_at);
--> statement-breakpoint
CREATE TABLE usage_event_ids (
  organization_id uuid NOT NULL,
  id_hash bytea NOT NULL,
  content_hash bytea NOT NULL,
  received_on date NOT NULL,
  answered_used bigint,
  answered_limit bigint,
  PRIMARY KEY (organization_id, id_hash)
) PARTITION BY HASH (organization_id);
--> statement-breakpoint
DO $$ BEGIN
  FOR n IN 0..7 LOOP
    EXECUTE format('CREATE TABLE usage_event_ids_%s PARTITION OF usage_event_ids FOR VALUES WITH (MODULUS 8, REMAINDER %s)', n, n);
  END LOOP;
END $$;
--> statement-breakpoint
CREATE TABLE idempotency_answers (
  received_on date NOT NULL,
  scope text NOT NULL,
  key text NOT NULL,
  organization_id uuid,
  body_hash bytea NOT NULL,
  status integer,
  body jsonb,
  document_id uuid,
  PRIMARY KEY (received_on, scope, key)
) PARTITION BY RANGE (received_on);
--> statement-breakpoint
CREATE INDEX idempotency_answers_by_key ON idempotency_answers (scope, key);
--> statement-breakpoint

-- Makes the daily partitions of the coming week and drops what is kept no longer. Called at start and by the worker each
-- day; owned by the migrating role, so that the engine needs no right to create tables. The default partitions catch
-- what would come while nobody called it.
CREATE FUNCTION maintain_partitions(today date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  day date;
  partition text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('headroom:maintain_partitions'));
  FOR day IN SELECT generate_series(today, today + 7, interval '1 day')::date LOOP
    partition := 'usage_events_' || to_char(day, 'YYYYMMDD');
    IF to_regclass(partition) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF usage_events FOR VALUES FROM (%L) TO (%L)', partition, day::text || ' 00:00+00', (day + 1)::text || ' 00:00+00');
      EXECUTE format('REVOKE ALL ON %I FROM headroom_web, headroom_engine', partition);
    END IF;
    partition := 'idempotency_answers_' || to_char(day, 'YYYYMMDD');
    IF to_regclass(partition) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF idempotency_answers FOR VALUES FROM (%L) TO (%L)', partition, day::text, (day + 1)::text);
      EXECUTE format('REVOKE ALL ON %I FROM headroom_web, headroom_engine', partition);
    END IF;
  END LOOP;
  -- Answers are kept for 30 days (G22).
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'idempotency_answers'::regclass AND c.relname ~ '_[0-9]{8}$' AND to_date(right(c.relname, 8), 'YYYYMMDD') < today - 31
  LOOP
    EXECUTE format('DROP TABLE %I', partition);
  END LOOP;
END $$;
--> statement-breakpoint
CREATE TABLE usage_events_default PARTITION OF usage_events DEFAULT;
--> statement-breakpoint
CREATE TABLE idempotency_answers_default PARTITION OF idempotency_answers DEFAULT;
--> statement-breakpoint
SELECT maintain_partitions((now() AT TIME ZONE 'UTC')::date);
--> statement-breakpoint

-- 2. The hot row keeps room for HOT updates ------------------------------------------------------------------------

ALTER TABLE usage_segments SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
--> statement-breakpoint
ALTER TABLE usage_rollups SET (fillfactor = 70);
--> statement-breakpoint

-- 3. The ledger: only added to, and each transaction adds up to zero (decision 6) ------------------------------------

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_postings_append_only BEFORE UPDATE OR DELETE ON ledger_postings FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER document_lines_append_only BEFORE UPDATE OR DELETE ON document_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE FUNCTION check_ledger_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM ledger_postings WHERE organization_id = NEW.organization_id AND source = NEW.source AND transaction_id = NEW.transaction_id
    GROUP BY currency HAVING sum(amount) <> 0
  ) THEN
    RAISE EXCEPTION 'ledger transaction % (%) does not add up to zero', NEW.transaction_id, NEW.source USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER ledger_postings_balanced AFTER INSERT ON ledger_postings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_balance();
--> statement-breakpoint
-- What an issued document says never changes; only its number (once), its status and its payment do.
CREATE FUNCTION guard_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.organization_id, NEW.id, NEW.series, NEW.kind, NEW.total, NEW.credit_applied, NEW.amount_due, NEW.credit_issued, NEW.currency, NEW.issued_at)
     IS DISTINCT FROM (OLD.organization_id, OLD.id, OLD.series, OLD.kind, OLD.total, OLD.credit_applied, OLD.amount_due, OLD.credit_issued, OLD.currency, OLD.issued_at)
     OR (OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number) THEN
    RAISE EXCEPTION 'document % is issued and cannot change', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER documents_immutable BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION guard_document();
--> statement-breakpoint
INSERT INTO document_series (series, next) VALUES ('invoice', 1), ('credit_note', 1);
--> statement-breakpoint

-- 4. Row-level security (decision 10) ------------------------------------------------------------------------------

CREATE FUNCTION current_organization() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.org_id', true), '')::uuid $$;
--> statement-breakpoint
CREATE FUNCTION current_person() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;
--> statement-breakpoint
DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY[
    'invitations', 'payment_methods', 'method_setups', 'audit_log', 'messages', 'subscriptions', 'usage_segments', 'subscription_periods', 'usage_alerts',
    'quotes', 'pending_actions', 'documents', 'document_lines', 'payments', 'refunds', 'credit_grants', 'credit_uses', 'ledger_postings',
    'usage_events', 'usage_event_ids', 'usage_rollups', 'idempotency_answers'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY web ON %I TO headroom_web USING (organization_id = (SELECT current_organization())) WITH CHECK (organization_id = (SELECT current_organization()))', tenant_table);
    EXECUTE format('CREATE POLICY engine ON %I TO headroom_engine USING (true) WITH CHECK (true)', tenant_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO headroom_web, headroom_engine', tenant_table);
  END LOOP;
END $$;
--> statement-breakpoint
REVOKE UPDATE ON ledger_postings, audit_log, document_lines FROM headroom_web, headroom_engine;
--> statement-breakpoint
GRANT DELETE ON quotes, invitations TO headroom_engine;
--> statement-breakpoint
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE test_clocks ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
-- A person sees the memberships of the organization at hand, and their own in every organization (for the switcher).
CREATE POLICY web ON members TO headroom_web USING (organization_id = (SELECT current_organization()) OR user_id = (SELECT current_person())) WITH CHECK (organization_id = (SELECT current_organization()));
--> statement-breakpoint
CREATE POLICY web ON organizations TO headroom_web USING (id = (SELECT current_organization()) OR id IN (SELECT m.organization_id FROM members m WHERE m.user_id = (SELECT current_person()) AND m.removed_at IS NULL)) WITH CHECK (id = (SELECT current_organization()));
--> statement-breakpoint
CREATE POLICY web ON users TO headroom_web USING (id = (SELECT current_person()) OR id IN (SELECT m.user_id FROM members m WHERE m.organization_id = (SELECT current_organization()))) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY web ON test_clocks FOR SELECT TO headroom_web USING (id = (SELECT o.test_clock_id FROM organizations o WHERE o.id = (SELECT current_organization())));
--> statement-breakpoint
DO $$
DECLARE
  shared_table text;
BEGIN
  FOREACH shared_table IN ARRAY ARRAY['organizations', 'members', 'users', 'test_clocks'] LOOP
    EXECUTE format('CREATE POLICY engine ON %I TO headroom_engine USING (true) WITH CHECK (true)', shared_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO headroom_engine', shared_table);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON organizations, members TO headroom_web;
--> statement-breakpoint
GRANT SELECT, UPDATE ON users TO headroom_web;
--> statement-breakpoint
GRANT SELECT ON test_clocks, catalog_versions, installation TO headroom_web;
--> statement-breakpoint
GRANT SELECT, UPDATE ON document_series TO headroom_web, headroom_engine;
--> statement-breakpoint
GRANT SELECT ON sandbox_mails TO headroom_web;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON catalog_versions, installation, api_keys, webhook_inbox, books_runs, sandbox_mails TO headroom_engine;
--> statement-breakpoint
GRANT DELETE ON books_runs, sandbox_mails, webhook_inbox TO headroom_engine;
--> statement-breakpoint
REVOKE ALL ON FUNCTION maintain_partitions(date) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION maintain_partitions(date) TO headroom_engine;
--> statement-breakpoint

-- 5. Asked before anyone is signed in ---------------------------------------------------------------------------------

-- Everything that a sign-in needs, by email; nothing of any organization.
CREATE FUNCTION find_sign_in(sign_in_email text) RETURNS TABLE (id uuid, email text, name text, password_hash text, session_version integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT u.id, u.email, u.name, u.password_hash, u.session_version FROM users u WHERE u.email = lower(sign_in_email)
$$;
--> statement-breakpoint
-- The invitation that a link's token opens; the caller then works in its organization as that person.
CREATE FUNCTION find_invitation(invitation_token_hash text)
RETURNS TABLE (organization_id uuid, organization_name text, organization_slug text, member_id uuid, user_id uuid, email text, has_password boolean, invited_by text, expires_at timestamptz, accepted_at timestamptz, removed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT i.organization_id, o.name, o.slug, i.member_id, m.user_id, u.email, u.password_hash IS NOT NULL, i.invited_by, i.expires_at, i.accepted_at, m.removed_at
  FROM invitations i
  JOIN organizations o ON o.id = i.organization_id
  JOIN members m ON m.organization_id = i.organization_id AND m.id = i.member_id
  JOIN users u ON u.id = m.user_id
  WHERE i.token_hash = invitation_token_hash
$$;
--> statement-breakpoint
-- The person behind an email address, made where there is none yet: an invitation reaches people who are not members.
CREATE FUNCTION ensure_user(new_id uuid, new_email text, new_name text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  found uuid;
BEGIN
  INSERT INTO users (id, email, name) VALUES (new_id, lower(new_email), new_name) ON CONFLICT (email) DO NOTHING;
  SELECT u.id INTO found FROM users u WHERE u.email = lower(new_email);
  RETURN found;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION find_sign_in(text), find_invitation(text), ensure_user(uuid, text, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION find_sign_in(text), find_invitation(text), ensure_user(uuid, text, text) TO headroom_web, headroom_engine;
