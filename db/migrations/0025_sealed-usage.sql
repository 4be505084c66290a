ALTER TABLE "usage_segments" ADD COLUMN "sealed_units" bigint;--> statement-breakpoint
ALTER TABLE "usage_segments" ADD COLUMN "sealed_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "usage_segments_unsealed" ON "usage_segments" USING btree ("period_end") WHERE sealed_at is null;--> statement-breakpoint

-- Retention. An event may go once its segment is sealed: no more usage can come, and the sum of its events stands in the segment. Ids outlive
-- their events (G60). A day's partition is dropped whole, and never waited for: whoever writes usage comes first.
CREATE INDEX usage_event_ids_by_day ON usage_event_ids USING brin (received_on) WITH (autosummarize = on);
--> statement-breakpoint
CREATE FUNCTION drop_old_usage(before date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '2s' AS $$
DECLARE
  partition text;
  is_needed boolean;
  dropped integer := 0;
BEGIN
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'usage_events'::regclass AND c.relname ~ '_[0-9]{8}$' AND to_date(right(c.relname, 8), 'YYYYMMDD') < before
    ORDER BY c.relname
  LOOP
    EXECUTE format(
      'SELECT EXISTS (SELECT FROM %I e LEFT JOIN usage_segments s
         ON (s.organization_id, s.subscription_id, s.meter, s.period_start, s.position) = (e.organization_id, e.subscription_id, e.meter, e.period_start, e.segment)
         WHERE s.sealed_at IS NULL)', partition) INTO is_needed;
    CONTINUE WHEN is_needed;
    BEGIN
      EXECUTE format('DROP TABLE %I', partition);
      dropped := dropped + 1;
    EXCEPTION WHEN lock_not_available THEN
      RETURN dropped;
    END;
  END LOOP;
  RETURN dropped;
END $$;
--> statement-breakpoint
CREATE FUNCTION forget_old_event_ids(before date, most integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  forgotten integer := 0;
  partition text;
  gone integer;
BEGIN
  FOR partition IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'usage_event_ids'::regclass LOOP
    EXECUTE format('DELETE FROM %I WHERE ctid = ANY(ARRAY(SELECT ctid FROM %I WHERE received_on < $1 LIMIT $2))', partition, partition) USING before, most - forgotten;
    GET DIAGNOSTICS gone = ROW_COUNT;
    forgotten := forgotten + gone;
    EXIT WHEN forgotten >= most;
  END LOOP;
  RETURN forgotten;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION drop_old_usage(date), forget_old_event_ids(date, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION drop_old_usage(date), forget_old_event_ids(date, integer) TO headroom_engine;
