ALTER TABLE "organizations" ADD COLUMN "second_step_required" boolean DEFAULT false NOT NULL;--> statement-breakpoint

-- As before, where operators may be asked for a second step: a visit of one who has none ends too. Beside the one of before, which a web server of
-- the version before still asks.
CREATE FUNCTION find_operator_visit(visit_token_hash text, idle_minutes integer, most_hours integer, needs_second_step boolean)
RETURNS TABLE (organization_id uuid, member_id uuid, user_id uuid, operator_email text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF needs_second_step AND NOT EXISTS (
    SELECT FROM operator_visits v JOIN operator_sessions s ON s.token_hash = v.session_hash
    WHERE v.token_hash = visit_token_hash AND (
      EXISTS (SELECT FROM second_factors f WHERE f.operator_id = s.operator_id AND f.sealed_secret IS NOT NULL)
      OR EXISTS (SELECT FROM passkeys p WHERE p.operator_id = s.operator_id AND p.removed_at IS NULL))
  ) THEN RETURN; END IF;
  RETURN QUERY SELECT * FROM find_operator_visit(visit_token_hash, idle_minutes, most_hours);
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION find_operator_visit(text, integer, integer, boolean) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION find_operator_visit(text, integer, integer, boolean) TO headroom_web;
