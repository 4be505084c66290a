import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { createApiKey } from '../auth/api-keys'
import type { OrganizationId } from '../ids'
import { createCustomer, runInterface, START_UP_KEY } from './testing/running-interface'

const api = runInterface()
/** The file itself, which no JSON is read from. */
async function download(organization: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.base}/organizations/${organization}/export`, { headers: { authorization: `Bearer ${START_UP_KEY}`, ...headers } })
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
