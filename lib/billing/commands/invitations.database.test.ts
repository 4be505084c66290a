import { and, eq } from 'drizzle-orm'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../../db/client'
import { messages } from '../../../db/schema'
import { INVITATIONS } from '../../auth/sign-in-limit'
import { asMember, createTeam, provideDatabase } from '../../auth/testing/team'
import type { OrganizationId } from '../../ids'
import { addMember } from './add-member'
import { inviteAgain } from './invite-again'

const database = provideDatabase()

const { organization: OF_ORGANIZATION, email: TO_ADDRESS } = INVITATIONS.member
const HOLDS_OFF = { ok: false, error: { code: 'too_many_invitations' } }
type Team = Awaited<ReturnType<typeof createTeam>>

const invite = ({ owner, organization }: Team, email: string, invite = true) =>
  asMember(owner, organization, (context) => addMember(context, { organizationId: organization.id, email, role: 'member', invite }))
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
    for (let n = 0; n < OF_ORGANIZATION.tries; n++) expect(await invite(team, `stranger-${n}@example.com`)).toMatchObject({ ok: true })
    for (let n = 0; n < TO_ADDRESS.tries; n++) expect(await invite(team, 'wanted@example.com')).toMatchObject(HOLDS_OFF)
    expect(await mailsOf(team.organization.id)).toBe(OF_ORGANIZATION.tries)
    expect(await invite(team, 'wanted@example.com', false), 'without a mail').toMatchObject({ ok: true })
    expect(await invite(other, 'wanted@example.com'), 'what was refused counts against nobody’s address').toMatchObject({ ok: true })
    await asOwnerOfDatabase("UPDATE sign_in_tries SET window_start = window_start - interval '1 hour'")
    expect(await invite(team, 'an-hour-later@example.com')).toMatchObject({ ok: true })
  })

  it('end for an address after so many within an hour, whichever organizations send them, also to who was invited before', async () => {
    const team = await createTeam('First')
    const added = await invite(team, ' Victim@example.com ')
    if (!added.ok) throw new Error(added.error.code)
    for (let n = 1; n < TO_ADDRESS.tries; n++) expect(await invite(await createTeam(`Another ${n}`), 'victim@example.com')).toMatchObject({ ok: true })
    await asOwnerOfDatabase("UPDATE invitations SET created_at = created_at - interval '2 minutes'")

    expect(await invite(await createTeam('One too many'), 'victim@example.com')).toMatchObject(HOLDS_OFF)
    const again = asMember(team.owner, team.organization, (context) => inviteAgain(context, { organizationId: team.organization.id, memberId: added.value.id }))
    expect(await again).toMatchObject(HOLDS_OFF)
    expect(await inEngine((tx) => tx.$count(messages, eq(messages.recipient, 'victim@example.com')))).toBe(TO_ADDRESS.tries)
    expect(await invite(team, 'somebody-else@example.com')).toMatchObject({ ok: true })
  })

  it('by the operator’s back end count by themselves, and have a limit too', async () => {
    const { organization } = await createTeam('Imported')
    const asked = { organizationId: organization.id, email: 'imported@example.com', role: 'member' } as const
    await asOwnerOfDatabase(
      `INSERT INTO sign_in_tries SELECT translate(rtrim(encode(sha256('invitation:operator:organization:${organization.id}'), 'base64'), '='), '+/', '-_'), ${INVITATIONS.operator.organization.tries}, now()`,
    )
    expect(await inEngine((tx) => addMember({ tx, actor: 'operator' }, asked))).toMatchObject(HOLDS_OFF)
    await asOwnerOfDatabase('UPDATE sign_in_tries SET tries = tries - 2')
    expect(await inEngine((tx) => addMember({ tx, actor: 'operator' }, asked))).toMatchObject({ ok: true })
  })
})
