CREATE TABLE "operator_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"operator_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "second_factors" (
	"user_id" uuid,
	"operator_id" uuid,
	"sealed_secret" text,
	"last_step" bigint NOT NULL,
	"recovery_hashes" text[] NOT NULL,
	"confirmed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "second_factors_userId_unique" UNIQUE("user_id"),
	CONSTRAINT "second_factors_operatorId_unique" UNIQUE("operator_id"),
	CONSTRAINT "second_factors_of_one" CHECK (num_nonnulls("second_factors"."user_id", "second_factors"."operator_id") = 1)
);
--> statement-breakpoint
ALTER TABLE "operator_sessions" ADD COLUMN "awaits_code" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "operator_changes" ADD CONSTRAINT "operator_changes_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "second_factors" ADD CONSTRAINT "second_factors_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "second_factors" ADD CONSTRAINT "second_factors_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "operator_changes_by_operator" ON "operator_changes" USING btree ("operator_id","id");--> statement-breakpoint

-- A page reaches its own person's second step, and the engine everybody's: the desk takes one off whose phone is lost.
ALTER TABLE second_factors ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON second_factors TO headroom_web USING (user_id = (SELECT current_person())) WITH CHECK (user_id = (SELECT current_person()));
--> statement-breakpoint
CREATE POLICY engine ON second_factors TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON second_factors TO headroom_web, headroom_engine;
--> statement-breakpoint
-- What was done is only ever added to.
GRANT SELECT, INSERT ON operator_changes TO headroom_engine;

--> statement-breakpoint
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
