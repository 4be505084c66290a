import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { createApiKey } from '../auth/api-keys'
import { type OrganizationId, uuidOf } from '../ids'
import { createCustomer, runInterface, START_UP_KEY } from './testing/running-interface'

const api = runInterface()
const open = (organization: string) => fetch(`${api.base}/organizations/${organization}/export`, { headers: { authorization: `Bearer ${START_UP_KEY}` } })

/** So much that does not fit into what lies between two programs: who reads none of it keeps it under way. */
async function fillWithActivity(organization: string): Promise<void> {
  await inEngine((tx) =>
    tx.execute(sql`
      INSERT INTO audit_log (organization_id, id, at, actor, action, target, after)
      SELECT ${uuidOf('org', organization as OrganizationId)}::uuid, gen_random_uuid(), now(), 'system', 'organization.updated', 'x',
        jsonb_build_object('noise', (SELECT string_agg(md5((n * 1000 + k)::text), '') FROM generate_series(1, 200) k))
      FROM generate_series(1, 2000) n`),
  )
}

/** The file itself, which no JSON is read from. */
async function download(organization: string) {
  const response = await open(organization)
  return { status: response.status, headers: response.headers, text: Buffer.from(await response.arrayBuffer()).toString('latin1') }
}

describe('GET /organizations/{id}/export', () => {
  it('is a ZIP whose last file is its manifest, sent while it is made', async () => {
    const { id } = await createCustomer(api, { name: 'Taken' })
    const { status, headers, text } = await download(id)
    expect([status, headers.get('content-type'), headers.get('content-disposition')]).toEqual([200, 'application/zip', 'attachment; filename="taken.zip"'])
    expect(headers.get('content-length')).toBeNull()
    expect(text.startsWith('PK')).toBe(true)
    expect(text).toContain('manifest.json')
    const { body } = await api.get(`/organizations/${id}/audit`)
    expect(body.data[0]).toMatchObject({ action: 'organization.exported', actor: 'operator' })
  })

  it('is refused at the fourth time in an hour, with when it is had again', async () => {
    const { id } = await createCustomer(api)
    for (let time = 0; time < 3; time++) expect((await download(id)).status).toBe(200)
    const refused = await api.get(`/organizations/${id}/export`)
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', retry_at: expect.stringMatching(/Z$/) } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_000)
  })

  it('is still had by the operator after the organization was closed, until it is erased', async () => {
    const { id } = await createCustomer(api, { card: null })
    expect((await api.send('DELETE', `/organizations/${id}`)).status).toBe(204)
    expect((await download(id)).status).toBe(200)
  })

  it('is two at once of whichever organizations; a third is told to come again in a minute, and does when one is taken', async () => {
    const [one, two, three] = [await createCustomer(api), await createCustomer(api), await createCustomer(api)]
    for (const { id } of [one, two]) await fillWithActivity(id)
    const [first, second] = [await open(one.id), await open(two.id)]
    expect([first.status, second.status]).toEqual([200, 200])
    const refused = await api.get(`/organizations/${three.id}/export`)
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', retry_at: expect.stringMatching(/Z$/), detail: /other organizations/ } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30)
    expect((await api.get(`/organizations/${three.id}/audit`)).body.data.some(({ action }: { action: string }) => action === 'organization.exported')).toBe(
      false,
    )
    await first.arrayBuffer()
    await expect.poll(async () => (await download(three.id)).status).toBe(200)
    await second.body?.cancel() // Who goes away gives the turn back too.
    await expect.poll(async () => (await download(three.id)).status).toBe(200)
  })

  it('is begun by no HEAD, which is told what it would be; nor is another’s told there', async () => {
    const { id } = await createCustomer(api, { name: 'Only looked at' })
    const head = (headers: Record<string, string>) => fetch(`${api.base}/organizations/${id}/export`, { method: 'HEAD', headers })
    for (let time = 0; time < 5; time++) {
      const { status, headers } = await head({ authorization: `Bearer ${START_UP_KEY}` })
      expect([status, headers.get('content-type')]).toEqual([200, 'application/zip'])
      expect(headers.get('content-disposition')).toBe('attachment; filename="only-looked-at.zip"')
    }
    expect((await api.get(`/organizations/${id}/audit`)).body.data.some(({ action }: { action: string }) => action === 'organization.exported')).toBe(false)
    expect((await download(id)).status).toBe(200)

    const other = await createApiKey({ scope: 'read', label: 'other', organizationId: (await createCustomer(api)).id as OrganizationId })
    expect((await head({ authorization: `Bearer ${other.key}` })).status).toBe(403)
    expect((await head({})).status).toBe(401)
  })

  it('is for no key that only reads, not even the organization’s own', async () => {
    const { id } = await createCustomer(api)
    const own = await createApiKey({ scope: 'read', label: 'own', organizationId: id as OrganizationId })
    const read = await createApiKey({ scope: 'read', label: 'read' })
    for (const { key } of [own, read]) expect((await api.get(`/organizations/${id}/export`, { key })).status).toBe(403)
    expect(
      (await inEngine((tx) => tx.execute(sql`SELECT 1 FROM data_exports WHERE organization_id = (SELECT id FROM organizations ORDER BY id DESC LIMIT 1)`)))
        .rows,
    ).toEqual([])
  })
})
