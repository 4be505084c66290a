CREATE TABLE "mail_mutes" (
	"organization_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"topics" text[] NOT NULL,
	CONSTRAINT "mail_mutes_organization_id_member_id_pk" PRIMARY KEY("organization_id","member_id")
);
--> statement-breakpoint
CREATE TABLE "mail_routes" (
	"organization_id" uuid NOT NULL,
	"topic" text NOT NULL,
	"audiences" text[] NOT NULL,
	CONSTRAINT "mail_routes_organization_id_topic_pk" PRIMARY KEY("organization_id","topic")
);
--> statement-breakpoint
CREATE TABLE "notification_channels" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"service" text NOT NULL,
	"name" text NOT NULL,
	"kinds" text[] NOT NULL,
	"sealed_target" text,
	"hint" text NOT NULL,
	"state" text NOT NULL,
	"paused_because" text,
	"failing_since" timestamp (3) with time zone,
	"failures" smallint DEFAULT 0 NOT NULL,
	"last_delivered_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "notification_channels_organization_id_id_pk" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "notification_channels_id" UNIQUE("id")
);
--> statement-breakpoint
DROP INDEX "messages_due";--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "channel_id" uuid;--> statement-breakpoint
ALTER TABLE "mail_mutes" ADD CONSTRAINT "mail_mutes_organization_id_member_id_members_organization_id_id_fk" FOREIGN KEY ("organization_id","member_id") REFERENCES "public"."members"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_routes" ADD CONSTRAINT "mail_routes_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_channels" ADD CONSTRAINT "notification_channels_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "notification_channels_name" ON "notification_channels" USING btree ("organization_id",lower("name")) WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX "notification_channels_removed" ON "notification_channels" USING btree ("removed_at") WHERE removed_at is not null;--> statement-breakpoint
CREATE INDEX "messages_mail_due" ON "messages" USING btree ("next_try_at") WHERE next_try_at is not null and channel = 'email';--> statement-breakpoint
CREATE INDEX "messages_chat_due" ON "messages" USING btree ("next_try_at") WHERE next_try_at is not null and channel <> 'email';--> statement-breakpoint
CREATE INDEX "messages_of_channel" ON "messages" USING btree ("organization_id","channel_id","id") WHERE channel_id is not null;--> statement-breakpoint
CREATE INDEX "messages_failed" ON "messages" USING btree ("organization_id","id") WHERE state = 'failed';--> statement-breakpoint
DO $$
DECLARE tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['notification_channels', 'mail_routes', 'mail_mutes'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY web ON %I TO headroom_web USING (organization_id = (SELECT current_organization())) WITH CHECK (organization_id = (SELECT current_organization()))', tenant_table);
    EXECUTE format('CREATE POLICY engine ON %I TO headroom_engine USING (true) WITH CHECK (true)', tenant_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO headroom_web, headroom_engine', tenant_table);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT DELETE ON notification_channels TO headroom_engine;
--> statement-breakpoint
-- Mail and chat are sent by sweeps of their own, so that no chat holds a mail up; each is woken by what is its own.
CREATE FUNCTION wake_senders() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  IF EXISTS (SELECT FROM added WHERE channel = 'email') THEN PERFORM pg_notify('headroom_wake', 'messages'); END IF;
  IF EXISTS (SELECT FROM added WHERE channel <> 'email') THEN PERFORM pg_notify('headroom_wake', 'chats'); END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
DROP TRIGGER messages_wake ON messages;
--> statement-breakpoint
CREATE TRIGGER messages_wake AFTER INSERT ON messages REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION wake_senders();
