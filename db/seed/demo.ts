import { randomBytes } from 'node:crypto'
import { and, eq, like, lt } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { messages, organizations, users } from '@/db/schema'
import { hashPassword } from '@/lib/auth/password'
import { publishShippedProducts } from '@/lib/billing/commands/publish-catalog'
import type { PaymentProvider } from '@/lib/payments/port'
import { addDays, type Instant, instant, systemClock } from '@/lib/time'
import { ACME, GLOBEX, NORTHWIND, seedAcme, seedGlobex, seedNorthwind } from './api-calls-stories'
import type { Person } from './invented-customer'
import { CRAWLWELL, LARKSPUR, LUMEN, PIXELHAUS, seedCrawlwell, seedLarkspur, seedLumen, seedPixelhaus } from './other-products-stories'
import { OLIVIA } from './people'

export type SignIn = { name: string; email: string; password: string; role: string }

const PASSWORD_BYTES = 12

/** One customer of each product, and more of the first; Olivia comes with all of them but one. */
const STORIES: readonly { name: string; people: readonly Person[]; seed(provider: PaymentProvider, now: Instant): Promise<void> }[] = [
  { name: 'Acme Robotics', people: ACME, seed: seedAcme },
  { name: 'Northwind Labs', people: NORTHWIND, seed: seedNorthwind },
  { name: 'Globex', people: GLOBEX, seed: seedGlobex },
  { name: 'Larkspur Studio', people: LARKSPUR, seed: seedLarkspur },
  { name: 'Pixelhaus', people: PIXELHAUS, seed: seedPixelhaus },
  { name: 'Crawlwell', people: CRAWLWELL, seed: seedCrawlwell },
  { name: 'Lumen Labs', people: LUMEN, seed: seedLumen },
]

/**
 * Fills an empty database with invented customers who have lived through six months, by the same commands, clocks and
 * payments as real ones, and says who may sign in. Never twice: who is there already is left alone.
 *
 * @throws Error where payments are not simulated: nobody is ever charged for a demo.
 */
export async function seedDemo({ provider }: { provider: PaymentProvider }): Promise<SignIn[]> {
  if (provider.mode !== 'sandbox') throw new Error('Invented customers are for simulated payments only.')
  await inEngine(publishShippedProducts)
  if (await isThere()) return []
  const now = demoNow().round({ smallestUnit: 'minute', roundingMode: 'floor' })
  if (process.env.HEADROOM_DEMO_AT)
    for (const { seed } of STORIES) await seed(provider, now) // In one order: the numbers of invoices are in the picture.
  else await Promise.all(STORIES.map(({ seed }) => seed(provider, now)))
  await settleOldMail(now)
  return givePasswords()
}

/** The day on which the stories end: today, or one that a picture of them is to show. */
function demoNow(): Instant {
  const told = process.env.HEADROOM_DEMO_AT
  return told ? instant(told) : systemClock.now()
}

async function isThere(): Promise<boolean> {
  const found = await inEngine((tx) => tx.select({ id: organizations.id }).from(organizations).where(like(organizations.externalId, 'demo-%')))
  return found.length > 0
}

/** What happened long ago was told long ago: only the news of the last days goes out. */
async function settleOldMail(now: Instant): Promise<void> {
  await inEngine((tx) =>
    tx
      .update(messages)
      .set({ state: 'sent', sentAt: now, nextTryAt: null })
      .where(and(eq(messages.state, 'queued'), lt(messages.at, addDays(now, -3)))),
  )
}

/** Made anew at each installation, so that no password is known to everybody. */
async function givePasswords(): Promise<SignIn[]> {
  const others = STORIES.flatMap(({ name: of, people }) =>
    people.filter(({ email }) => email !== OLIVIA.email).map((person) => ({ ...person, as: `${person.role}, ${of}` })),
  )
  const people = [{ ...OLIVIA, as: 'owner, all products' }, ...others]
  return Promise.all(
    people.map(async ({ name, email, as }) => {
      const password = randomBytes(PASSWORD_BYTES).toString('base64url')
      const passwordHash = await hashPassword(password)
      await inEngine((tx) => tx.update(users).set({ passwordHash }).where(eq(users.email, email)))
      return { name, email, password, role: as }
    }),
  )
}
