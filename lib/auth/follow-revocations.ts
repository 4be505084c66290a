import pg from 'pg'
import { roleUrl } from '../../db/client'
import { idOf } from '../ids'
import { forgetAllKeys, forgetKey } from './api-keys'

/** On which a trigger says which key was revoked (migration `limits-and-revoked-keys`). */
const CHANNEL = 'headroom_revoked_keys'
const APPLICATION = 'headroom_revocations'
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
const CONNECT_WITHIN_MS = 10_000
/** A connection that died without a word is noticed by the next of these. */
const KEEP_ALIVE_AFTER_MS = 10_000

export type FollowedRevocations = { stop(): Promise<void> }

/**
 * Has this process forget a key at the moment at which another one has revoked it, over one connection of its own. While that is away, or a
 * pooler keeps notifications to itself, a revoked key works for as long as keys are remembered: seconds.
 */
export function followRevocations(): FollowedRevocations {
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined
  let wait = FIRST_WAIT_MS
  let isStopped = false

  const open = async (): Promise<void> => {
    timer = undefined
    const opened = new pg.Client({
      ...{ connectionString: roleUrl('engine'), application_name: APPLICATION },
      ...{ keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS, connectionTimeoutMillis: CONNECT_WITHIN_MS },
    })
    client = opened
    opened.on('error', () => {}) // `end` comes after it.
    opened.once('end', again)
    opened.on('notification', ({ payload }) => payload && forgetKey(idOf('key', payload)))
    try {
      await opened.connect()
      await opened.query(`LISTEN ${CHANNEL}`)
      wait = FIRST_WAIT_MS
      forgetAllKeys() // What was revoked while nobody listened.
    } catch {
      await opened.end().catch(() => {})
      again()
    }
  }
  const again = (): void => {
    if (isStopped || timer) return
    timer = setTimeout(() => void open(), wait)
    timer.unref()
    wait = Math.min(wait * 2, LONGEST_WAIT_MS)
  }

  void open()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}
