CREATE TABLE "sessions" (
	"user_id" uuid NOT NULL,
	"session" uuid NOT NULL,
	"session_version" integer NOT NULL,
	"begun_at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"address" text NOT NULL,
	"agent" text NOT NULL,
	CONSTRAINT "sessions_user_id_session_pk" PRIMARY KEY("user_id","session")
);
--> statement-breakpoint
ALTER TABLE "operator_sessions" ADD COLUMN "address" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "operator_sessions" ADD COLUMN "agent" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sessions_by_age" ON "sessions" USING btree ("seen_at");--> statement-breakpoint

-- A page reaches its own person's alone.
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON sessions TO headroom_web USING (user_id = (SELECT current_person())) WITH CHECK (user_id = (SELECT current_person()));
--> statement-breakpoint
CREATE POLICY engine ON sessions TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON sessions TO headroom_web;
--> statement-breakpoint
GRANT SELECT, DELETE ON sessions TO headroom_engine;
--> statement-breakpoint
-- Signs a member out everywhere, for a manager of an organization of theirs; an admin does not do it to an owner (G84).
CREATE FUNCTION end_member_sessions(given_member uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  UPDATE users u SET session_version = session_version + 1
  FROM members m, members manager
  WHERE m.organization_id = current_organization() AND m.id = given_member AND m.user_id = u.id AND m.joined_at IS NOT NULL AND m.removed_at IS NULL
    AND manager.organization_id = current_organization() AND manager.user_id = current_person() AND manager.removed_at IS NULL
    AND (manager.role = 'owner' OR (manager.role = 'admin' AND m.role <> 'owner'));
  RETURN FOUND;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION end_member_sessions(uuid) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION end_member_sessions(uuid) TO headroom_web;
