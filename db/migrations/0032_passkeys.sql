CREATE TABLE "passkeys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid,
	"operator_id" uuid,
	"credential_id" text NOT NULL,
	"public_key" text,
	"counter" bigint NOT NULL,
	"transports" text[] NOT NULL,
	"name" text NOT NULL,
	"added_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"removed_at" timestamp (3) with time zone,
	CONSTRAINT "passkeys_credentialId_unique" UNIQUE("credential_id"),
	CONSTRAINT "passkeys_of_one" CHECK (num_nonnulls("passkeys"."user_id", "passkeys"."operator_id") = 1),
	CONSTRAINT "passkeys_removed" CHECK (("passkeys"."public_key" is null) = ("passkeys"."removed_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "spent_challenges" (
	"hash" text PRIMARY KEY NOT NULL,
	"forgotten_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "passkeys_by_person" ON "passkeys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "passkeys_by_operator" ON "passkeys" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "passkeys_by_end" ON "passkeys" USING btree ("removed_at");--> statement-breakpoint
CREATE INDEX "spent_challenges_by_age" ON "spent_challenges" USING btree ("forgotten_at");--> statement-breakpoint

-- As with the app's secrets: a page reaches its own person's, and the engine everybody's.
ALTER TABLE passkeys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON passkeys TO headroom_web USING (user_id = (SELECT current_person())) WITH CHECK (user_id = (SELECT current_person()));
--> statement-breakpoint
CREATE POLICY engine ON passkeys TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON passkeys TO headroom_web;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON passkeys TO headroom_engine;
--> statement-breakpoint
-- Pages read none of them back: one that is there already is not written again, which says enough.
GRANT INSERT ON spent_challenges TO headroom_web;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON spent_challenges TO headroom_engine;
--> statement-breakpoint
-- Whose passkey signs in, before anybody is known: its name at the device is a random number that nobody else has.
CREATE FUNCTION find_passkey_holder(given_credential text) RETURNS TABLE (user_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT p.user_id FROM passkeys p WHERE p.credential_id = given_credential AND p.user_id IS NOT NULL AND p.removed_at IS NULL
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION find_passkey_holder(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION find_passkey_holder(text) TO headroom_web;
