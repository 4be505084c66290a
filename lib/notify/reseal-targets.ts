import { and, isNotNull, notLike } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { notificationChannels } from '../../db/schema'
import { isChannel } from '../billing/commands/store/channels'
import { openChatTarget, sealChatTarget } from './chat-target'

const AT_ONCE = 500

/**
 * Seals under the newest key what an older one has sealed, so that the older one can be taken away. What no key opens any more stays
 * as it is; posting to it fails, and says why. How many it sealed.
 */
export async function resealTargets(tx: Transaction): Promise<number> {
  const newest = (process.env.HEADROOM_ENCRYPTION_KEYS ?? '').split(',')[0]?.split(':')[0]?.trim()
  if (!newest) return 0
  const isOlder = and(isNotNull(notificationChannels.sealedTarget), notLike(notificationChannels.sealedTarget, `${newest.replaceAll(/[%_\\]/g, '\\$&')}:%`))
  let sealed = 0
  for (const channel of await tx.select().from(notificationChannels).where(isOlder).limit(AT_ONCE).for('update', { skipLocked: true })) {
    try {
      const sealedTarget = sealChatTarget(channel, openChatTarget(channel, channel.sealedTarget ?? ''))
      await tx.update(notificationChannels).set({ sealedTarget }).where(isChannel(channel))
      sealed += 1
    } catch {}
  }
  return sealed
}
