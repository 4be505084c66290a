ALTER TABLE "payments" ADD COLUMN "reopened" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "restores_credit" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "subscription_periods" ADD COLUMN "cycle_days" integer;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "cycle_days" integer;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "refunded_taken" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
-- What was computed from the terms of the day until now.
CREATE FUNCTION pg_temp.cycle_days(policies jsonb, "interval" text, period_start timestamptz, period_end timestamptz) RETURNS integer LANGUAGE sql AS $$
  SELECT CASE
    WHEN policies ->> 'day_count' = 'actual' OR ("interval" = 'month' AND policies -> 'cycle' ? 'days') THEN floor(extract(epoch FROM period_end - period_start) / 86400)::integer
    WHEN "interval" = 'year' THEN 365
    ELSE (policies -> 'cycle' ->> 'months')::integer * 30
  END
$$;--> statement-breakpoint
UPDATE "subscriptions" s SET "cycle_days" = pg_temp.cycle_days(v.document -> 'policies', s.interval, s.period_start, s.period_end)
FROM catalog_versions v WHERE v.product = s.product AND v.version = s.catalog_version;--> statement-breakpoint
UPDATE "subscription_periods" p SET "cycle_days" = pg_temp.cycle_days(v.document -> 'policies', p.interval, p.period_start, p.period_end)
FROM subscriptions s, catalog_versions v
WHERE s.organization_id = p.organization_id AND s.id = p.subscription_id AND v.product = s.product AND v.version = p.catalog_version;--> statement-breakpoint
-- What was refunded before the running terms began was taken off the credit of the change that began them.
UPDATE "subscriptions" s SET "refunded_taken" = taken.amount
FROM (
  SELECT d.organization_id, d.subscription_id, sum(r.amount) AS amount
  FROM refunds r JOIN documents d ON d.organization_id = r.organization_id AND d.id = r.document_id
  JOIN subscriptions held ON held.organization_id = d.organization_id AND held.id = d.subscription_id
  WHERE r.state <> 'failed' AND d.period_start >= held.period_start AND coalesce(r.completed_at, r.created_at) < (
    SELECT max(u.starts_at) FROM usage_segments u WHERE u.organization_id = held.organization_id AND u.subscription_id = held.id AND u.period_start = held.period_start)
  GROUP BY d.organization_id, d.subscription_id
) taken WHERE s.organization_id = taken.organization_id AND s.id = taken.subscription_id;--> statement-breakpoint
ALTER TABLE "subscription_periods" ALTER COLUMN "cycle_days" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ALTER COLUMN "cycle_days" SET NOT NULL;
