import { createHmac, timingSafeEqual } from 'node:crypto'
import { isId, type PortalSessionId } from '../ids'
import { keyFor } from './secret'

/**
 * What stands in the address of a portal session: its id and our signature of it. The signature is kept nowhere, so that whoever
 * reads the database, or the answers that are remembered under idempotency keys, can open no session.
 */
export function portalToken(id: PortalSessionId): string {
  return `${id}.${sign(id)}`
}

/** Null where the address was not made by us. */
export function readPortalToken(token: string): PortalSessionId | null {
  const [id = '', signature = '', ...more] = token.split('.')
  if (more.length > 0 || !isId('portal', id)) return null
  const [given, expected] = [Buffer.from(signature), Buffer.from(sign(id))]
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : null
}

function sign(id: PortalSessionId): string {
  return createHmac('sha256', keyFor('portal session')).update(id).digest('base64url')
}
