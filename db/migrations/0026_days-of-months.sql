-- Sums of usage: a row a month and key, with its days in an array, in place of a row an hour, a day and a month. Nobody reads hours, and rows are
-- most of what it costs to count.
CREATE FUNCTION add_days(days bigint[], more bigint[]) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  FOR day IN array_lower(more, 1) .. array_upper(more, 1) LOOP
    days[day] := coalesce(days[day], 0) + coalesce(more[day], 0);
  END LOOP;
  RETURN days;
END $$;
--> statement-breakpoint
ALTER TABLE usage_rollups RENAME TO usage_rollups_by_grain;
--> statement-breakpoint
CREATE TABLE "usage_rollups" (
	"organization_id" uuid NOT NULL,
	"subscription_id" uuid NOT NULL,
	"meter" text NOT NULL,
	"period_start" timestamp (3) with time zone NOT NULL,
	"month" date NOT NULL,
	"key" text NOT NULL,
	"quantity" bigint NOT NULL,
	"days" bigint[] NOT NULL,
	CONSTRAINT "usage_rollups_organization_id_subscription_id_meter_period_start_month_key_pk" PRIMARY KEY("organization_id","subscription_id","meter","period_start","month","key")
) WITH (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE usage_rollups ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON usage_rollups TO headroom_web USING (organization_id = (SELECT current_organization())) WITH CHECK (organization_id = (SELECT current_organization()));
--> statement-breakpoint
CREATE POLICY engine ON usage_rollups TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON usage_rollups TO headroom_web;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON usage_rollups TO headroom_engine;
--> statement-breakpoint
CREATE AGGREGATE sum_days(bigint[]) (SFUNC = add_days, STYPE = bigint[], INITCOND = '{}');
--> statement-breakpoint
INSERT INTO usage_rollups (organization_id, subscription_id, meter, period_start, month, key, quantity, days)
SELECT organization_id, subscription_id, meter, period_start, date_trunc('month', day)::date, key, sum(quantity), sum_days(format('[%1$s:%1$s]={%2$s}', extract(day FROM day), quantity)::bigint[])
FROM (SELECT r.*, r.bucket AT TIME ZONE 'UTC' AS day FROM usage_rollups_by_grain r WHERE r.grain = 'day') AS daily
GROUP BY organization_id, subscription_id, meter, period_start, date_trunc('month', day), key;
--> statement-breakpoint
DROP AGGREGATE sum_days(bigint[]);
--> statement-breakpoint
DROP TABLE usage_rollups_by_grain;
