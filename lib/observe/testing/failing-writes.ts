import { Pool } from 'pg'
import { afterAll, beforeAll } from 'vitest'

/** With the whole row in what Postgres says of it, as it stands there when a check refuses one. */
const PREPARE = `
  CREATE SCHEMA testing;
  CREATE TABLE testing.failing ();
  CREATE FUNCTION testing.fail_where_asked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    IF EXISTS (SELECT FROM testing.failing) THEN
      RAISE EXCEPTION 'the disk of % is full', TG_TABLE_NAME USING DETAIL = format('Failing row contains %s.', coalesce(to_jsonb(NEW), to_jsonb(OLD)));
    END IF;
    RETURN coalesce(NEW, OLD);
  END $$;
  GRANT USAGE ON SCHEMA testing TO headroom_web, headroom_engine;
  DO $$ DECLARE one regclass; BEGIN
    FOR one IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition LOOP
      EXECUTE format('CREATE TRIGGER a_fails_where_asked BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION testing.fail_where_asked()', one);
    END LOOP;
  END $$`

export type FailingWrites = { /** Runs `work` while no row can be written. */ during<Value>(work: () => Promise<Value>): Promise<Value> }

/** Lets each write of a database fail for a while. Call it after what creates the database. */
export function failingWrites(ownerUrl: () => string): FailingWrites {
  let owner: Pool
  beforeAll(async () => {
    owner = new Pool({ connectionString: ownerUrl(), max: 1, allowExitOnIdle: true })
    owner.on('error', () => {}) // Its database goes before it.
    await owner.query(PREPARE)
  })
  afterAll(() => owner.end())
  return {
    async during(work) {
      await owner.query('INSERT INTO testing.failing DEFAULT VALUES')
      try {
        return await work()
      } finally {
        await owner.query('DELETE FROM testing.failing')
      }
    },
  }
}
