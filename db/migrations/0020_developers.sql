CREATE TABLE "webhook_deliveries" (
	"organization_id" uuid,
	"id" uuid PRIMARY KEY NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"type" text NOT NULL,
	"for_operator" boolean NOT NULL,
	"state" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"due_since" timestamp (3) with time zone NOT NULL,
	"next_try_at" timestamp (3) with time zone,
	"tried_at" timestamp (3) with time zone,
	"request_body" text,
	"response_status" integer,
	"response_body" text,
	"duration_ms" integer,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"organization_id" uuid,
	"id" uuid PRIMARY KEY NOT NULL,
	"url" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"events" text[] NOT NULL,
	"secret" text NOT NULL,
	"previous_secret" text,
	"previous_secret_until" timestamp (3) with time zone,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	"disabled_because" text,
	"failing_since" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"organization_id" uuid,
	"id" uuid PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"fact" text,
	"at" timestamp (3) with time zone NOT NULL,
	"written_at" timestamp (3) with time zone NOT NULL,
	"spread_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "hint" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "created_by" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "last_used_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_endpoint_id_webhook_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."webhook_endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_event_id_webhook_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."webhook_events"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_events" ADD CONSTRAINT "webhook_events_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_of_endpoint" ON "webhook_deliveries" USING btree ("endpoint_id","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("endpoint_id","next_try_at") WHERE next_try_at is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_age" ON "webhook_deliveries" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_of_event" ON "webhook_deliveries" USING btree ("event_id");--> statement-breakpoint
CREATE INDEX "webhook_endpoints_live" ON "webhook_endpoints" USING btree ("organization_id","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_events_once" ON "webhook_events" USING btree ("organization_id","type","fact") WHERE fact is not null;--> statement-breakpoint
CREATE INDEX "webhook_events_to_spread" ON "webhook_events" USING btree ("id") WHERE spread_at is null;--> statement-breakpoint
CREATE INDEX "webhook_events_by_age" ON "webhook_events" USING btree ("written_at");--> statement-breakpoint
CREATE INDEX "api_keys_of_organization" ON "api_keys" USING btree ("organization_id","id") WHERE revoked_at is null;
--> statement-breakpoint

-- An organization sees and makes its own keys, which only read, and never a hash: not even its own.
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON api_keys TO headroom_web USING (organization_id = (SELECT current_organization())) WITH CHECK (organization_id = (SELECT current_organization()) AND scope = 'read');
--> statement-breakpoint
CREATE POLICY engine ON api_keys TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT (id, organization_id, label, hint, scope, created_by, created_at, last_used_at, revoked_at), INSERT, UPDATE (revoked_at) ON api_keys TO headroom_web;
--> statement-breakpoint
GRANT DELETE ON api_keys TO headroom_engine;

--> statement-breakpoint

-- An organization's pages see its own endpoints, its own events, and deliveries to its own endpoints: where the operator's
-- endpoints are, and what they answer, is not the organization's business.
ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE webhook_events ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON webhook_endpoints TO headroom_web USING (organization_id = (SELECT current_organization())) WITH CHECK (organization_id = (SELECT current_organization()));
--> statement-breakpoint
CREATE POLICY web ON webhook_events TO headroom_web USING (organization_id = (SELECT current_organization())) WITH CHECK (organization_id = (SELECT current_organization()));
--> statement-breakpoint
CREATE POLICY web ON webhook_deliveries TO headroom_web USING (organization_id = (SELECT current_organization()) AND NOT for_operator) WITH CHECK (organization_id = (SELECT current_organization()) AND NOT for_operator);
--> statement-breakpoint
CREATE POLICY engine ON webhook_endpoints TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY engine ON webhook_events TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY engine ON webhook_deliveries TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON webhook_endpoints TO headroom_web;
--> statement-breakpoint
GRANT SELECT, INSERT ON webhook_events TO headroom_web;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON webhook_deliveries TO headroom_web;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoints, webhook_events, webhook_deliveries TO headroom_engine;
--> statement-breakpoint

-- Whether anybody would hear an event of an organization: the operator's endpoints too, which its pages cannot see. What
-- nobody hears is never written, so that an installation without endpoints pays nothing for them.
CREATE FUNCTION is_heard(event_organization uuid, event_type text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT 1 FROM webhook_endpoints e
    WHERE e.deleted_at IS NULL AND e.disabled_at IS NULL AND (e.organization_id IS NULL OR e.organization_id = event_organization)
      AND (event_type = ANY (e.events) OR '*' = ANY (e.events)))
$$;
--> statement-breakpoint
CREATE FUNCTION does_anybody_listen() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.deleted_at IS NULL AND e.disabled_at IS NULL)
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION is_heard(uuid, text), does_anybody_listen() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION is_heard(uuid, text), does_anybody_listen() TO headroom_web, headroom_engine;
--> statement-breakpoint

-- As wake_worker, but silent where nothing was added: a notification is sent one commit after the other.
CREATE FUNCTION wake_worker_of_added() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added) THEN PERFORM pg_notify('headroom_wake', TG_ARGV[0]); END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER webhook_events_wake AFTER INSERT ON webhook_events REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION wake_worker_of_added('webhooks');
--> statement-breakpoint
-- Sent again by hand; the worker itself never moves this date.
CREATE TRIGGER webhook_deliveries_wake AFTER UPDATE OF due_since ON webhook_deliveries FOR EACH STATEMENT EXECUTE FUNCTION wake_worker('webhooks');
