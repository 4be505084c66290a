import { eq } from 'drizzle-orm'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { inEngine } from '@/db/client'
import { auditLog, dataExports } from '@/db/schema'
import { inviteOperator } from '@/lib/auth/operators'
import { beginOperatorSession, operatorCookieName } from '@/lib/auth/present-operator'
import { foundTenant, jar, signInAs, type Tenant } from '@/lib/auth/testing/acting-people'
import { shownOperator } from '@/lib/auth/testing/sit-down'
import { setStage } from '@/lib/billing/testing/stage'
import { newId, type OperatorId } from '@/lib/ids'
import { POST as exportAtDesk } from '../../../operator/(desk)/organizations/[organization]/export/route'
import { POST } from './route'

vi.mock('next/headers', async () => {
  const { cookieStore } = await import('@/lib/auth/testing/acting-people')
  return {
    cookies: async () => cookieStore,
    headers: async () => new Headers(),
  }
})

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'http://localhost:3000'
const stage = setStage()
let acme: Tenant
let other: Tenant
beforeAll(async () => {
  acme = await foundTenant(stage)
  other = await foundTenant(stage)
})
afterEach(async () => {
  jar.clear()
  await inEngine((tx) => tx.delete(dataExports)).catch(() => {})
})

const ask = (slug = acme.slug) =>
  POST(new Request(`http://localhost:3000/${slug}/settings/export`, { method: 'POST' }), { params: Promise.resolve({ org: slug }) })
const SIGNATURE = 'PK\u0003\u0004'

describe('the download of everything', () => {
  it('is an owner’s, as a file that nobody keeps', async () => {
    await signInAs(acme.owner)
    const answer = await ask()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/zip')
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${acme.slug}.zip"`)
    expect(answer.headers.get('cache-control')).toMatch(/private, no-store/)
    expect(
      Buffer.from(await answer.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe(SIGNATURE)
    expect(await inEngine((tx) => tx.$count(auditLog, eq(auditLog.action, 'organization.exported')))).toBe(1)
  })

  it.each(['admin', 'billing', 'member'] as const)('is not there for a %s', async (role) => {
    await signInAs(await acme.personOf(role))
    expect((await ask()).status).toBe(404)
  })

  it('is not there for another organization’s owner, nor for nobody', async () => {
    await signInAs(other.owner)
    expect((await ask()).status).toBe(404)
    jar.clear()
    expect((await ask()).status).toBe(401)
  })

  it('that comes too soon leads back to the page, which says when', async () => {
    await signInAs(other.owner)
    const first = await ask(other.slug)
    const second = await ask(other.slug)
    expect(second.status).toBe(303)
    expect(second.headers.get('location')).toMatch(new RegExp(`^/${other.slug}/settings\\?export=\\d{4}-\\d\\d-\\d\\dT.*Z#data$`))
    await first.arrayBuffer()
  })
})

describe('the same at the operator’s desk', () => {
  const atDesk = (organization: string) =>
    exportAtDesk(new Request('http://localhost:3000/operator', { method: 'POST' }), { params: Promise.resolve({ organization }) })

  async function sitDown(role: 'admin' | 'support'): Promise<OperatorId> {
    const email = `${newId('op')}@example.com`
    const invited = await inviteOperator({ email, role, invitedBy: 'tests' })
    if (!invited.ok) throw new Error(invited.error.code)
    const { operatorId } = invited.value
    await beginOperatorSession(await shownOperator(operatorId), { passedCode: true, by: 'password' })
    expect(jar.has(operatorCookieName())).toBe(true)
    return operatorId
  }

  it('is an admin’s, and names them in the activity', async () => {
    const fresh = await foundTenant(stage, { plan: null, card: null })
    const id = await sitDown('admin')
    const answer = await atDesk(fresh.life.organizationId)
    expect(answer.status).toBe(200)
    expect(
      Buffer.from(await answer.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe(SIGNATURE)
    const [entry] = await inEngine((tx) => tx.select().from(auditLog).where(eq(auditLog.operatorId, id)))
    expect(entry).toMatchObject({ action: 'organization.exported', actor: 'operator' })
  })

  it('is not support’s, not a customer’s, and nothing of an organization that there is not', async () => {
    await sitDown('support')
    expect((await atDesk(acme.life.organizationId)).status).toBe(404)
    jar.clear()
    await signInAs(acme.owner)
    expect((await atDesk(acme.life.organizationId)).status).toBe(401)
    jar.clear()
    await sitDown('admin')
    for (const unknown of [newId('org'), 'nonsense']) expect((await atDesk(unknown)).status).toBe(404)
  })
})
