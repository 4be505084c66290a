import { createHash } from 'node:crypto'
import { inEngine } from '@/db/client'
import { catalogVersions } from '@/db/schema'
import { instant, systemClock } from '../../time'

type Facts = {
  version?: number
  /** From when on it is sold; since ever, unless told otherwise. */
  effectiveAt?: string
  applies?: 'next_renewal' | 'new_subscriptions'
  source?: 'file' | 'api'
}

/** Publishes a version of a product beside the shipped ones, as an operator’s document would be (G13). */
export async function publish(document: { id: string; [field: string]: unknown }, facts: Facts = {}): Promise<void> {
  const { version = 1, effectiveAt = '1990-01-01T00:00:00Z', applies = 'next_renewal', source = 'api' } = facts
  const contentHash = createHash('sha256').update(JSON.stringify(document)).digest('hex')
  const at = instant(effectiveAt)
  await inEngine((tx) =>
    tx
      .insert(catalogVersions)
      .values({ product: document.id, version, document, contentHash, source, applies, effectiveAt: at, publishedAt: systemClock.now() }),
  )
}
