CREATE TABLE "sign_in_tries" (
	"bucket" text PRIMARY KEY NOT NULL,
	"tries" integer NOT NULL,
	"window_start" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "sign_in_tries_by_age" ON "sign_in_tries" USING btree ("window_start");
--> statement-breakpoint

-- Counts one try in a bucket and says whether it may go on: null, or from when it may be tried again. One statement
-- decides, so a hundred guesses at once are counted as a hundred. Tries past the limit do not lengthen the wait.
CREATE FUNCTION take_sign_in_try(try_bucket text, tries_max integer, window_seconds integer) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  counted sign_in_tries%ROWTYPE;
  span interval := make_interval(secs => window_seconds);
BEGIN
  DELETE FROM sign_in_tries WHERE bucket IN (
    SELECT bucket FROM sign_in_tries WHERE window_start < now() - interval '1 day' ORDER BY window_start LIMIT 50 FOR UPDATE SKIP LOCKED
  );
  INSERT INTO sign_in_tries AS t (bucket, tries, window_start) VALUES (try_bucket, 1, now())
  ON CONFLICT (bucket) DO UPDATE SET
    tries = CASE WHEN t.window_start + span <= now() THEN 1 ELSE least(t.tries + 1, tries_max + 1) END,
    window_start = CASE WHEN t.window_start + span <= now() THEN now() ELSE t.window_start END
  RETURNING * INTO counted;
  RETURN CASE WHEN counted.tries > tries_max THEN counted.window_start + span END;
END $$;
--> statement-breakpoint
-- Somebody who signed in was no guesser: their try is given back.
CREATE FUNCTION forgive_sign_in_try(try_bucket text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  UPDATE sign_in_tries SET tries = greatest(tries - 1, 0) WHERE bucket = try_bucket
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION take_sign_in_try(text, integer, integer), forgive_sign_in_try(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION take_sign_in_try(text, integer, integer), forgive_sign_in_try(text) TO headroom_web;
--> statement-breakpoint

-- A colleague may see who you are, but neither your password's hash nor change anything about you.
DROP POLICY web ON users;
--> statement-breakpoint
CREATE POLICY web_sees_colleagues ON users FOR SELECT TO headroom_web USING (id = (SELECT current_person()) OR id IN (SELECT m.user_id FROM members m WHERE m.organization_id = (SELECT current_organization())));
--> statement-breakpoint
CREATE POLICY web_changes_oneself ON users FOR UPDATE TO headroom_web USING (id = (SELECT current_person())) WITH CHECK (id = (SELECT current_person()));
--> statement-breakpoint
REVOKE SELECT, UPDATE ON users FROM headroom_web;
--> statement-breakpoint
GRANT SELECT (id, email, name, session_version, created_at), UPDATE (name, password_hash, session_version) ON users TO headroom_web;
