CREATE TABLE "ended_sessions" (
	"user_id" uuid NOT NULL,
	"session" uuid NOT NULL,
	"forgotten_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "ended_sessions_user_id_session_pk" PRIMARY KEY("user_id","session")
);
--> statement-breakpoint
ALTER TABLE "ended_sessions" ADD CONSTRAINT "ended_sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ended_sessions_by_age" ON "ended_sessions" USING btree ("forgotten_at");--> statement-breakpoint

-- A page reaches its own person's alone, and takes none back.
ALTER TABLE ended_sessions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON ended_sessions TO headroom_web USING (user_id = (SELECT current_person())) WITH CHECK (user_id = (SELECT current_person()));
--> statement-breakpoint
CREATE POLICY engine ON ended_sessions TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT ON ended_sessions TO headroom_web;
--> statement-breakpoint
GRANT SELECT, DELETE ON ended_sessions TO headroom_engine;
