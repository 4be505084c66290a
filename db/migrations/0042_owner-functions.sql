-- A function that runs as the owner names its tables without their schema. Among temporary ones, where a path does not name them, is looked first:
-- whoever may make one could have put theirs in the place of ours, with a trigger that runs as the owner.
DO $$
DECLARE
  named regprocedure;
BEGIN
  FOR named IN
    SELECT p.oid FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') -- An extension's are its own.
  LOOP
    EXECUTE format('ALTER ROUTINE %s SET search_path = public, pg_temp', named);
  END LOOP;
END $$;
