import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { inEngine } from '@/db/client'
import { historyReads } from '@/db/history'
import { foundTenant, jar, signInAs, type Tenant } from '@/lib/auth/testing/acting-people'
import { addTeamMember } from '@/lib/auth/testing/team'
import { recordAudit } from '@/lib/billing/commands/store/audit'
import { setStage } from '@/lib/billing/testing/stage'
import { getActivityFeed } from '@/lib/billing/views/activity-feed'
import { readActivityFilter } from '@/lib/billing/views/activity-filter'
import { instant } from '@/lib/time'
import { GET } from './route'

vi.mock('next/headers', async () => {
  const { jar } = await import('@/lib/auth/testing/acting-people')
  return {
    cookies: async () => ({ get: (name: string) => (jar.has(name) ? { name, value: jar.get(name) } : undefined), has: (name: string) => jar.has(name) }),
    headers: async () => new Headers(),
  }
})
vi.mock('next-intl/server', async () => {
  const { createTranslator } = await import('next-intl')
  const { messages } = await import('@/components/messages/en')
  return { getLocale: async () => 'en', getTranslations: async () => createTranslator({ locale: 'en', messages, namespace: 'activity' }) }
})

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'http://localhost:3000'
const stage = setStage()
let tenant: Tenant
let member: string
beforeAll(async () => {
  tenant = await foundTenant(stage)
  const { organizationId } = tenant.life
  const added = await addTeamMember(organizationId, 'admin')
  member = added.id
  const at = instant('2026-05-06T00:00:00Z')
  await inEngine((tx) =>
    recordAudit(tx, [
      { organizationId, at, actor: added.id, action: 'limits.updated', target: tenant.life.subscriptionId, before: { cap: null }, after: { cap: '2500' } },
      ...Array.from({ length: 450 }, () => ({ organizationId, at, actor: 'system' as const, action: 'credit.expired', target: organizationId })),
    ]),
  )
})
afterEach(() => jar.clear())

const file = async (query = '', slug = tenant.slug) => {
  const response = await GET(new Request(`http://localhost/${slug}/activity/export${query}`), { params: Promise.resolve({ org: slug }) })
  return { status: response.status, type: response.headers.get('content-type'), lines: (await response.text()).trim().split('\r\n') }
}

describe('the activity as a file', () => {
  it('holds every page in words, with what was before and after', async () => {
    await signInAs(tenant.owner)
    const { status, type, lines } = await file()
    expect([status, type]).toEqual([200, 'text/csv; charset=utf-8'])
    expect(lines[0]).toBe('at,who,what,changes,action,id')
    expect(lines.length).toBeGreaterThan(452)
    const changed = lines.find((line) => line.includes('limits.updated'))
    expect(changed).toContain('Cap: not set → $25.00')
    expect(new Set(lines).size).toBe(lines.length)
  })

  it('is read as history, of which a replica may answer every part', async () => {
    await signInAs(tenant.owner)
    process.env.DATABASE_REPLICA_URL = 'postgres://127.0.0.1:9/nobody-is-there'
    const { lines } = await file().finally(() => delete process.env.DATABASE_REPLICA_URL)
    expect(lines.length).toBeGreaterThan(452)
    expect(historyReads()).toMatchObject({ replica: 0, away: 1, left_alone: 2 })
  })

  it('is narrowed as the page is', async () => {
    await signInAs(tenant.owner)
    expect((await file(`?who=${member}`)).lines).toHaveLength(2)
    expect((await file('?kind=credit&who=system')).lines).toHaveLength(451)
    expect((await file('?kind=developers')).lines).toHaveLength(1)
    expect((await file('?kind=nonsense&who=nobody')).lines.length).toBeGreaterThan(452)
  })

  it('is for those who see the activity: not for members, strangers or nobody', async () => {
    expect((await file()).status).toBe(401)
    for (const role of ['billing', 'member'] as const) {
      await signInAs(await tenant.personOf(role))
      expect((await file()).status).toBe(404)
    }
    await signInAs((await foundTenant(stage)).owner)
    expect((await file()).status).toBe(404)
  })

  it('is paged by key under a filter as without one', async () => {
    const filter = readActivityFilter({ kind: 'credit' })
    const read = (before?: Parameters<typeof getActivityFeed>[2]['before']) =>
      inEngine((tx) => getActivityFeed(tx, tenant.life.organizationId, { limit: 300, before, filter }))
    const first = await read()
    expect(first.items).toHaveLength(300)
    const second = await read(first.next ?? undefined)
    expect([second.items.length, second.next]).toEqual([150, null])
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(450)
  })
})
