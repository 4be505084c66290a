import { spawnSync } from 'node:child_process'

/** Before it, named prepared statements are lost between connections. */
const OLDEST = [1, 21] as const

/** Of `pgbouncer --version`, such as `PgBouncer 1.24.1`; null: it says no such thing. */
export function isNewEnough(said: string): boolean {
  const [, major = '0', minor = '0'] = /^PgBouncer (\d+)\.(\d+)/m.exec(said) ?? []
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1])
}

/** The program to try a pooler with: HEADROOM_PGBOUNCER, or the one in PATH; null where there is none from 1.21 on. */
export function findPgBouncer(): string | null {
  const program = process.env.HEADROOM_PGBOUNCER || 'pgbouncer'
  const { stdout, error } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return error || !isNewEnough(stdout) ? null : program
}
