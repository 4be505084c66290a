import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { createTeam, provideDatabase } from '../lib/auth/testing/team'
import { newId } from '../lib/ids'
import { inEngine, inWeb, type Transaction } from './client'
import { once, type WebReads, webReads } from './snapshot'

provideDatabase()

const transactionOf = async (tx: Transaction) =>
  (await tx.execute<{ id: string }>(sql`SELECT txid_current_snapshot()::text || pg_backend_pid() || now() AS id`)).rows[0]?.id
const namesSeen = async (tx: Transaction) =>
  (await tx.execute<{ name: string }>(sql`SELECT name FROM organizations ORDER BY name`)).rows.map(({ name }) => name)

async function teamReads(name: string): Promise<{ reads: WebReads; rename(to: string): Promise<unknown> }> {
  const { organization, owner } = await createTeam(name)
  const rename = (to: string) => inEngine((tx) => tx.execute(sql`UPDATE organizations SET name = ${to} WHERE slug = ${organization.slug}`))
  return { reads: webReads({ organizationId: organization.id, userId: owner.userId }), rename }
}

describe('the reads of one request', () => {
  it('share a transaction where they wait at the same time, those of a read that is answered included', async () => {
    const { reads } = await teamReads('Sharing')
    const later: Promise<unknown>[] = []
    const first = reads(async (tx) => {
      later.push(reads(transactionOf))
      return transactionOf(tx)
    })
    const second = reads(transactionOf)
    const [one, other] = [await first, await second]
    expect(one).toEqual(expect.any(String))
    expect(other).toBe(one)
    expect(await Promise.all(later)).toEqual([one])
  })

  it('see one moment of the database, and a later request the next', async () => {
    const { reads, rename } = await teamReads('Before')
    const first = reads(async (tx) => {
      const seen = await namesSeen(tx)
      await rename('After')
      return seen
    })
    expect(await Promise.all([first, reads(namesSeen)])).toEqual([['Before'], ['Before']])
    expect(await reads(namesSeen)).toEqual(['After'])
  })

  it('see only the organization and the person of their request', async () => {
    await createTeam('Foreign')
    const { reads } = await teamReads('Own')
    expect(await reads(namesSeen)).toEqual(['Own'])
    expect(await webReads({})(namesSeen)).toEqual([])
    expect(await webReads({ organizationId: newId('org'), userId: newId('user') })(namesSeen)).toEqual([])
  })

  it('cannot write', async () => {
    const { reads } = await teamReads('Still')
    await expect(reads((tx) => tx.execute(sql`UPDATE organizations SET name = 'Moved'`))).rejects.toMatchObject({ cause: { code: '25006' } })
    expect(await reads(namesSeen)).toEqual(['Still'])
  })

  it('fail one by one: the others are answered, whether they were asked before or after', async () => {
    const { reads } = await teamReads('Hardy')
    const before = reads(namesSeen)
    const broken = reads((tx) => tx.execute(sql`SELECT 1 / 0`))
    const after = reads(namesSeen)
    const thrown = reads(() => Promise.reject(new Error('a view has a bug')))
    await expect(broken).rejects.toMatchObject({ cause: { code: '22012' } })
    await expect(thrown).rejects.toThrow('a view has a bug')
    expect([await before, await after]).toEqual([['Hardy'], ['Hardy']])
  })

  it('fail all where the database cannot be reached, and work again when it can', async () => {
    const { reads } = await teamReads('Back')
    const url = process.env.DATABASE_WEB_URL ?? ''
    process.env.DATABASE_WEB_URL = 'postgres://nobody@127.0.0.1:1/none'
    const refused = await Promise.allSettled([reads(namesSeen), reads(namesSeen)])
    process.env.DATABASE_WEB_URL = url
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await reads(namesSeen)).toEqual(['Back'])
  })
})

describe('a question', () => {
  it('is asked once in a snapshot, and again by the next request', async () => {
    const { reads } = await teamReads('Curious')
    let asked = 0
    const question = (tx: Transaction) => once(tx, 'how often', async () => ++asked)
    const answers = reads(async (tx) => [await question(tx), await question(tx)])
    expect(await Promise.all([answers, reads(question)])).toEqual([[1, 1], 1])
    expect(await reads(question)).toBe(2)
  })

  it('is asked each time in a transaction that may write', async () => {
    let asked = 0
    const question = (tx: Transaction) => once(tx, 'how often', async () => ++asked)
    expect(await inWeb({}, async (tx) => [await question(tx), await question(tx)])).toEqual([1, 2])
  })
})
