-- An invitation's page also says as what one joins, and knows the name that the inviter gave.
DROP FUNCTION find_invitation(text);
--> statement-breakpoint
CREATE FUNCTION find_invitation(invitation_token_hash text)
RETURNS TABLE (organization_id uuid, organization_name text, organization_slug text, member_id uuid, role member_role, user_id uuid, email text, name text, has_password boolean, invited_by text, expires_at timestamptz, accepted_at timestamptz, removed_at timestamptz, deleted_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT i.organization_id, o.name, o.slug, i.member_id, m.role, m.user_id, u.email, u.name, u.password_hash IS NOT NULL, i.invited_by, i.expires_at, i.accepted_at, m.removed_at, o.deleted_at
  FROM invitations i
  JOIN organizations o ON o.id = i.organization_id
  JOIN members m ON m.organization_id = i.organization_id AND m.id = i.member_id
  JOIN users u ON u.id = m.user_id
  WHERE i.token_hash = invitation_token_hash
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION find_invitation(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION find_invitation(text) TO headroom_web;
