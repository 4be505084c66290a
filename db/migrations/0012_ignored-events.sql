-- Events that are kept and not counted, by their meter's filter (S2). The table is partitioned and written by hand (see schema/partitioned.ts).
ALTER TABLE usage_events ADD COLUMN billable boolean NOT NULL DEFAULT true;
