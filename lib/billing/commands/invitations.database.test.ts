import { and, eq } from 'drizzle-orm'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../../db/client'
import { messages, organizations } from '../../../db/schema'
import { INVITATIONS_OF_ORGANIZATION, INVITATIONS_TO_ADDRESS } from '../../auth/sign-in-limit'
import { asMember, createTeam, provideDatabase } from '../../auth/testing/team'
import type { OrganizationId } from '../../ids'
import { addMember } from './add-member'
import { createOrganization } from './create-organization'
import { inviteAgain } from './invite-again'

const database = provideDatabase()

const HOLDS_OFF = { ok: false, error: { code: 'too_many_invitations' } }
type Team = Awaited<ReturnType<typeof createTeam>>

const invite = ({ owner, organization }: Team, email: string, invite = true) =>
  asMember(owner, organization, (context) => addMember(context, { organizationId: organization.id, email, role: 'member', invite }))
const found = (email: string) =>
  inEngine((tx) => createOrganization({ tx, actor: 'operator' }, { name: 'Signed up', owner: { email, name: null }, currency: 'usd' }))
const mailsOf = (organizationId: OrganizationId) =>
  inEngine((tx) => tx.$count(messages, and(eq(messages.organizationId, organizationId), eq(messages.kind, 'invitation'))))

async function asOwnerOfDatabase(statement: string): Promise<void> {
  const client = new Client({ connectionString: database.current.ownerUrl })
  await client.connect()
  await client.query(statement)
  await client.end()
}

describe('invitations by mail', () => {
  it('end for an organization after so many within an hour, and go on after it', async () => {
    const [team, other] = [await createTeam('Everybody'), await createTeam('Nobody else')]
    for (let n = 0; n < INVITATIONS_OF_ORGANIZATION.tries; n++) expect(await invite(team, `stranger-${n}@example.com`)).toMatchObject({ ok: true })
    const refused = await invite(team, 'one-more@example.com')
    expect(refused).toMatchObject(HOLDS_OFF)
    expect(await mailsOf(team.organization.id)).toBe(INVITATIONS_OF_ORGANIZATION.tries)
    const byBackEnd = inEngine((tx) =>
      addMember({ tx, actor: 'operator' }, { organizationId: team.organization.id, email: 'one-more@example.com', role: 'member' }),
    )
    expect(await byBackEnd, 'whoever asks').toMatchObject(HOLDS_OFF)
    expect(await invite(team, 'one-more@example.com', false), 'without a mail').toMatchObject({ ok: true })
    for (let n = 0; n < INVITATIONS_TO_ADDRESS.tries; n++) expect(await invite(team, 'wanted@example.com')).toMatchObject(HOLDS_OFF)
    expect(await invite(other, 'wanted@example.com'), 'what was refused counts against nobody’s address').toMatchObject({ ok: true })
    await asOwnerOfDatabase("UPDATE sign_in_tries SET window_start = window_start - interval '1 hour'")
    expect(await invite(team, 'an-hour-later@example.com')).toMatchObject({ ok: true })
  })

  it('end for an address after so many within an hour, whichever organizations send them and by which way', async () => {
    const victim = 'victim@example.com'
    const team = await createTeam('Insistent')
    const added = await invite(team, ' Victim@example.com ')
    if (!added.ok) throw new Error(added.error.code)
    for (let n = 1; n < INVITATIONS_TO_ADDRESS.tries; n++) expect(await found(victim)).toMatchObject({ ok: true })
    await asOwnerOfDatabase("UPDATE invitations SET created_at = created_at - interval '2 minutes'")

    const before = await inEngine((tx) => tx.$count(organizations))
    expect(await found(victim)).toMatchObject(HOLDS_OFF)
    expect(await inEngine((tx) => tx.$count(organizations)), 'nothing is left of it').toBe(before)
    expect(await invite(await createTeam('Another'), victim)).toMatchObject(HOLDS_OFF)
    expect(
      await asMember(team.owner, team.organization, (context) => inviteAgain(context, { organizationId: team.organization.id, memberId: added.value.id })),
    ).toMatchObject(HOLDS_OFF)
    expect(await inEngine((tx) => tx.$count(messages, eq(messages.recipient, victim)))).toBe(INVITATIONS_TO_ADDRESS.tries)
    expect(await invite(team, 'somebody-else@example.com')).toMatchObject({ ok: true })
  })
})
