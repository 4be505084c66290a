import { eq } from 'drizzle-orm'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { inEngine } from '@/db/client'
import { documents, organizations } from '@/db/schema'
import { can, ROLES } from '@/lib/auth/permissions'
import { foundTenant, jar, signInAs, type Tenant } from '@/lib/auth/testing/acting-people'
import { setStage } from '@/lib/billing/testing/stage'
import { readBack } from '@/lib/printing/testing/read-back'
import { GET as printInvoice } from './[invoice]/pdf/route'
import { GET as exportInvoices } from './export/route'

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
let invoice: string
beforeAll(async () => {
  acme = await foundTenant(stage)
  other = await foundTenant(stage)
  const latest = await acme.life.latestDocument()
  invoice = latest.id
})
afterEach(() => jar.clear())

const print = (slug = acme.slug, id = invoice) =>
  printInvoice(new Request(`http://localhost:3000/${slug}/invoices/${id}/pdf`), { params: Promise.resolve({ org: slug, invoice: id }) })
const exportAll = (slug = acme.slug, query = '') =>
  exportInvoices(new Request(`http://localhost:3000/${slug}/invoices/export${query}`), { params: Promise.resolve({ org: slug }) })

describe.each([
  { name: 'the PDF of an invoice', get: print },
  { name: 'the CSV of all invoices', get: exportAll },
])('$name', ({ get }) => {
  it.each(ROLES)('is given to a %s exactly where the role may read invoices, and to no shared cache', async (role) => {
    await signInAs(await acme.personOf(role))
    const answer = await get()
    expect(answer.status).toBe(can(role, 'invoices:read') ? 200 : 404)
    if (answer.status === 200) expect(answer.headers.get('cache-control')).toMatch(/private, no-store/)
    await answer.arrayBuffer()
  })

  it('is for nobody who is not signed in, and does not exist for another organization', async () => {
    expect((await get()).status).toBe(401)
    await signInAs(other.owner)
    expect((await get()).status).toBe(404)
  })
})

describe('the PDF of an invoice', () => {
  it('is the document, also where two ask at once', async () => {
    await signInAs(acme.owner)
    const [one, two] = await Promise.all([print(), print()])
    const bytes = new Uint8Array(await one.arrayBuffer())
    expect(Buffer.compare(bytes, new Uint8Array(await two.arrayBuffer()))).toBe(0)
    expect(one.headers.get('content-disposition')).toMatch(/^attachment; filename="INV-\d+\.pdf"$/)
    expect((await readBack(bytes)).join('\n')).toContain(acme.name)
  })

  it('does not exist under the address of another organization of one’s own, nor for what is no id', async () => {
    await signInAs(other.owner)
    expect((await print(other.slug, invoice)).status).toBe(404)
    for (const id of ['nonsense', 'inv_', 'inv_01kbp4x5mve8jbdk2g3tqh1s7n', '%00']) expect((await print(other.slug, id)).status).toBe(404)
  })
})

describe('the CSV of all invoices', () => {
  const rows = async (query = '') => {
    const lines = (await (await exportAll(acme.slug, query)).text()).trimEnd().split('\r\n')
    return lines.slice(1)
  }

  it('has a line for each line of each document, more than are read at a time, and a column that adds up', async () => {
    await inEngine((tx) => tx.update(organizations).set({ language: 'en' }).where(eq(organizations.id, acme.life.organizationId)))
    await acme.life.walkDays(30 * 3)
    await copyInvoice(250)
    await signInAs(acme.owner)
    const text = await (await exportAll()).text()
    const [head = '', ...lines] = text.trimEnd().split('\r\n')
    const columns = head.split(',')
    const numbers = lines.map((line) => line.split(',')[columns.indexOf('number')])
    expect(new Set(numbers).size).toBe(await inEngine((tx) => tx.$count(documents, eq(documents.organizationId, acme.life.organizationId))))
    expect(columns).toEqual(expect.arrayContaining(['number', 'issued', 'unit_price', 'amount', 'rule', 'formula', 'amount_paid']))
    expect(text).not.toContain(other.name)
  })

  it('holds what the address asks for, and all where it asks for what does not exist', async () => {
    await signInAs(acme.owner)
    const all = (await rows()).length
    expect(await rows('?state=void')).toEqual([])
    expect(await rows('?kind=credit_note')).toEqual([])
    expect(await rows('?product=screenshots')).toEqual([])
    expect(await rows('?year=1999')).toEqual([])
    expect((await rows('?kind=renewal&state=paid&product=api-calls')).length).toBe(all)
    expect((await rows("?state=nonsense&kind=%00&product='&year=20x6")).length).toBe(all)
  })
})

/** As many further documents as a long history has. */
async function copyInvoice(times: number): Promise<void> {
  const [row] = await inEngine((tx) => tx.select().from(documents).where(eq(documents.organizationId, acme.life.organizationId)).limit(1))
  if (!row) throw new Error('there is nothing to copy')
  const { newId } = await import('@/lib/ids')
  const copies = Array.from({ length: times }, (_, index) => ({ ...row, id: newId('inv'), number: BigInt(1_000_000 + index), early: true }))
  await inEngine((tx) => tx.insert(documents).values(copies))
}
