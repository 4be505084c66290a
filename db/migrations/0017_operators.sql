CREATE TABLE "operator_links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"operator_id" uuid NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "operator_notices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid,
	"kind" text NOT NULL,
	"fact" text NOT NULL,
	"target" text,
	"amount" text,
	"currency" text,
	"detail" text,
	"at" timestamp (3) with time zone NOT NULL,
	"resolved_at" timestamp (3) with time zone,
	"resolved_by" uuid,
	"resolution" text
);
--> statement-breakpoint
CREATE TABLE "operator_sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"operator_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "operator_visits" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"session_hash" text NOT NULL,
	"organization_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "operators" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"password_hash" text,
	"invited_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp (3) with time zone,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "operators_email_unique" UNIQUE("email")
);
--> statement-breakpoint
ALTER TABLE "credit_grants" ADD COLUMN "expired_amount" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "stop_lifted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "operator_id" uuid DEFAULT nullif(current_setting('app.operator_id', true), '')::uuid;--> statement-breakpoint
ALTER TABLE "limit_requests" ADD COLUMN "decision_reason" text;--> statement-breakpoint
ALTER TABLE "operator_links" ADD CONSTRAINT "operator_links_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_notices" ADD CONSTRAINT "operator_notices_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_notices" ADD CONSTRAINT "operator_notices_resolved_by_operators_id_fk" FOREIGN KEY ("resolved_by") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_sessions" ADD CONSTRAINT "operator_sessions_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_visits" ADD CONSTRAINT "operator_visits_session_hash_operator_sessions_token_hash_fk" FOREIGN KEY ("session_hash") REFERENCES "public"."operator_sessions"("token_hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_visits" ADD CONSTRAINT "operator_visits_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "operator_links_by_operator" ON "operator_links" USING btree ("operator_id");--> statement-breakpoint
CREATE UNIQUE INDEX "operator_notices_once" ON "operator_notices" USING btree ("fact");--> statement-breakpoint
CREATE INDEX "operator_notices_open" ON "operator_notices" USING btree ("id") WHERE resolved_at is null;--> statement-breakpoint
CREATE INDEX "operator_notices_of_organization" ON "operator_notices" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "operator_sessions_by_operator" ON "operator_sessions" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "operator_sessions_by_age" ON "operator_sessions" USING btree ("last_seen_at");--> statement-breakpoint
CREATE INDEX "operator_visits_by_session" ON "operator_visits" USING btree ("session_hash");--> statement-breakpoint
CREATE INDEX "credit_grants_expiry" ON "credit_grants" USING btree ("expires_at") WHERE remaining > 0 and expires_at is not null;--> statement-breakpoint
CREATE INDEX "documents_awaiting_transfer" ON "documents" USING btree ("id") WHERE status = 'open' and kind = 'pro_forma';--> statement-breakpoint
CREATE INDEX "limit_requests_pending" ON "limit_requests" USING btree ("id") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "subscriptions_set_aside" ON "subscriptions" USING btree ("id") WHERE renewal_error is not null and ended_at is null;--> statement-breakpoint

-- The desk is the engine's: what a member reaches sees none of it.
GRANT SELECT, INSERT, UPDATE ON operators, operator_links, operator_sessions, operator_visits, operator_notices TO headroom_engine;
--> statement-breakpoint
GRANT DELETE ON operator_links, operator_sessions, operator_visits TO headroom_engine;
--> statement-breakpoint
-- Whom a visit's cookie lets look, and at what: asked by a customer's pages, which may read nothing else of operators. It ends with
-- the operator's session, and looking keeps that alive. Written at most once a minute, so that a page waits for no row.
CREATE FUNCTION find_operator_visit(visit_token_hash text, idle_minutes integer, most_hours integer)
RETURNS TABLE (organization_id uuid, member_id uuid, user_id uuid, operator_email text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  found_session text;
BEGIN
  SELECT v.session_hash INTO found_session
  FROM operator_visits v JOIN operator_sessions s ON s.token_hash = v.session_hash JOIN operators o ON o.id = s.operator_id
  WHERE v.token_hash = visit_token_hash AND v.ended_at IS NULL AND s.ended_at IS NULL AND o.removed_at IS NULL
    AND s.last_seen_at > now() - make_interval(mins => idle_minutes) AND s.created_at > now() - make_interval(hours => most_hours);
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE operator_sessions s SET last_seen_at = now() WHERE s.token_hash = found_session AND s.last_seen_at < now() - interval '1 minute';
  RETURN QUERY SELECT v.organization_id, m.id, m.user_id, o.email
  FROM operator_visits v
  JOIN operator_sessions s ON s.token_hash = v.session_hash JOIN operators o ON o.id = s.operator_id
  JOIN members m ON m.organization_id = v.organization_id AND m.id = v.member_id AND m.removed_at IS NULL
  JOIN organizations g ON g.id = v.organization_id AND g.deleted_at IS NULL
  WHERE v.token_hash = visit_token_hash;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION find_operator_visit(text, integer, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION find_operator_visit(text, integer, integer) TO headroom_web;
