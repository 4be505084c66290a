import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { apiKeys } from '../../db/schema'
import { listActivity } from '../billing/views/activity'
import type { OrganizationId } from '../ids'
import { addMinutes, instant, isBefore, systemClock } from '../time'
import { authenticateKey, createApiKey, forgetKey } from './api-keys'
import { createOrganizationKey, listOrganizationKeys, MOST_KEYS, revokeOrganizationKey } from './organization-keys'
import type { Role } from './permissions'
import { asMember, createTeam, provideDatabase } from './testing/team'

provideDatabase()

async function found(roles: Role[] = []) {
  const { organization, owner, members } = await createTeam('Keys', roles)
  const as =
    (member = owner) =>
    (name: string) =>
      asMember(member, organization, (context) => createOrganizationKey(context, { organizationId: organization.id, name }))
  const list = () => asMember(owner, organization, ({ tx }) => listOrganizationKeys(tx, organization.id))
  return { organization, owner, members, as, list }
}

async function makeKey(create: (name: string) => ReturnType<typeof createOrganizationKey>, name = 'Finance export') {
  const created = await create(name)
  if (!created.ok) throw new Error(created.error.code)
  return created.value
}

describe('a key of an organization (G83)', () => {
  it('opens that organization for reading, and is known again by its last characters', async () => {
    const { organization, owner, as, list } = await found()
    const { id, key } = await makeKey(as())
    expect(await authenticateKey(key)).toEqual({ keyId: id, scope: 'read', organizationId: organization.id })
    expect(await list()).toEqual([
      { id, name: 'Finance export', hint: key.slice(-4), createdBy: owner.name, createdAt: expect.any(String), lastUsedAt: expect.any(String) },
    ])
  })

  it('is shown once: not even its hash is among what its pages may read', async () => {
    const { organization, owner, as, list } = await found()
    const { key } = await makeKey(as())
    expect(JSON.stringify(await list())).not.toContain(key)
    await expect(asMember(owner, organization, ({ tx }) => tx.select({ hash: apiKeys.hash }).from(apiKeys))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('permission denied') },
    })
  })

  it('says when it was used last, to the minute', async () => {
    const { as, list } = await found()
    const { id, key } = await makeKey(as())
    const lastUsed = async () => (await list())[0]?.lastUsedAt
    expect(await lastUsed()).toBeNull()
    await authenticateKey(key)
    const first = await lastUsed()
    expect(first).not.toBeNull()
    forgetKey(id)
    await authenticateKey(key)
    expect(await lastUsed()).toBe(first)
    await inEngine((tx) =>
      tx
        .update(apiKeys)
        .set({ lastUsedAt: addMinutes(systemClock.now(), -2) })
        .where(eq(apiKeys.id, id)),
    )
    forgetKey(id)
    await authenticateKey(key)
    expect(isBefore(addMinutes(systemClock.now(), -1), instant((await lastUsed()) ?? ''))).toBe(true)
  })

  it('works no more once it is revoked, is listed no more, and cannot be revoked twice', async () => {
    const { organization, owner, as, list } = await found()
    const { id, key } = await makeKey(as())
    await authenticateKey(key)
    const revoke = () => asMember(owner, organization, (context) => revokeOrganizationKey(context, { organizationId: organization.id, keyId: id }))
    const answers = await Promise.all([revoke(), revoke()])
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true])
    expect(await authenticateKey(key)).toBeNull()
    expect(await list()).toEqual([])
    expect(await revoke()).toEqual({ ok: false, error: { code: 'key_not_found' } })
  })

  it('is in the activity with its name, never with the key', async () => {
    const { organization, owner, as } = await found()
    const { id, key, hint } = await makeKey(as())
    await asMember(owner, organization, (context) => revokeOrganizationKey(context, { organizationId: organization.id, keyId: id }))
    const [revoked, created] = await inEngine((tx) => listActivity(tx, organization.id, { limit: 2 }))
    expect(created).toMatchObject({ action: 'key.created', actor: owner.id, target: id, after: { label: 'Finance export', hint } })
    expect(revoked).toMatchObject({ action: 'key.revoked', actor: owner.id, target: id, before: { label: 'Finance export', hint } })
    expect(JSON.stringify([revoked, created])).not.toContain(key)
  })

  it.each(['billing', 'member'] as const)('is nothing that somebody with the role %s makes or revokes', async (role) => {
    const { organization, members, as } = await found([role])
    const refused = { ok: false, error: { code: 'forbidden', permission: 'keys:write' } }
    expect(await as(members[0])('Mine')).toEqual(refused)
    const { id } = await makeKey(as())
    const member = members[0]
    if (!member) throw new Error('nobody')
    expect(await asMember(member, organization, (context) => revokeOrganizationKey(context, { organizationId: organization.id, keyId: id }))).toEqual(refused)
  })

  it('of another organization is not found, and neither is the operator’s', async () => {
    const [ours, theirs] = [await found(), await found()]
    const { id, key } = await makeKey(theirs.as())
    const operator = await createApiKey({ scope: 'admin', label: 'back end' })
    const asUs = (organizationId: OrganizationId, keyId: typeof id) =>
      asMember(ours.owner, ours.organization, (context) => revokeOrganizationKey(context, { organizationId, keyId }))
    for (const keyId of [id, operator.id]) expect(await asUs(ours.organization.id, keyId)).toEqual({ ok: false, error: { code: 'key_not_found' } })
    expect(await authenticateKey(key)).not.toBeNull()
    expect(await authenticateKey(operator.key)).not.toBeNull()
    expect(await asMember(ours.owner, ours.organization, ({ tx }) => listOrganizationKeys(tx, theirs.organization.id))).toEqual([])
  })

  it('cannot be more than a reader, whatever a page writes', async () => {
    const { organization, owner } = await found()
    const forged = {
      id: (await createApiKey({ scope: 'read', label: 'x' })).id,
      label: 'forged',
      hash: 'h',
      scope: 'admin',
      organizationId: organization.id,
    } as const
    await expect(asMember(owner, organization, ({ tx }) => tx.insert(apiKeys).values(forged))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('row-level security') },
    })
  })

  it('is one of fifty at most, however many press at once', async () => {
    const { as, list } = await found()
    for (let made = 0; made < MOST_KEYS - 1; made++) await makeKey(as(), `Key ${made}`)
    const answers = await Promise.all([as()('One'), as()('Two')])
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true])
    expect(answers.find(({ ok }) => !ok)).toEqual({ ok: false, error: { code: 'too_many_keys', maximum: MOST_KEYS } })
    expect(await list()).toHaveLength(MOST_KEYS)
  })
})
