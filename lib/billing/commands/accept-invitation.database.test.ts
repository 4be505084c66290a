import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../../db/client'
import { invitations } from '../../../db/schema'
import { hashInvitationToken } from '../../auth/invitation-token'
import { hashPassword } from '../../auth/password'
import { checkSignIn } from '../../auth/sign-in'
import { openSignInLink, requestSignInLink } from '../../auth/sign-in-link'
import { signInWithIdentity } from '../../auth/sign-in-with-identity'
import { addTeamMember, asMember, createTeam, lastInvitationTokenFor, membershipIn, PASSWORD, provideDatabase } from '../../auth/testing/team'
import type { UserId } from '../../ids'
import { addDays, systemClock } from '../../time'
import { findInvitation } from '../views/invitation'
import { type AcceptInvitation, acceptInvitation } from './accept-invitation'
import { addMember } from './add-member'
import { inviteAgain } from './invite-again'
import { removeMember } from './remove-member'
import type { Member } from './store/members'

provideDatabase()

const NEW_PASSWORD = 'a sentence nobody else knows'
const lookUp = (token: string) => inWeb({}, (tx) => findInvitation(tx, hashInvitationToken(token), systemClock.now()))

/** As the page does it: look the link up without a session, then act as the invited person in that organization. */
async function accept(token: string, { signedInAs = null, account = null }: Partial<Pick<AcceptInvitation, 'signedInAs' | 'account'>> = {}) {
  const invitation = await lookUp(token)
  if (!invitation) throw new Error('no such invitation')
  const { organizationId, userId } = invitation
  return inWeb({ organizationId, userId }, (tx) => acceptInvitation({ tx }, { organizationId, tokenHash: hashInvitationToken(token), signedInAs, account }))
}

async function invite(email: string, team?: Awaited<ReturnType<typeof createTeam>>) {
  const { organization, owner } = team ?? (await createTeam('Inviting'))
  const added = await asMember(owner, organization, (context) => addMember(context, { organizationId: organization.id, email, role: 'member' }))
  if (!added.ok) throw new Error(added.error.code)
  return { organization, owner, member: added.value, token: await lastInvitationTokenFor(email) }
}

async function inviteAgainTo({ organization, owner }: Awaited<ReturnType<typeof createTeam>>, member: Member) {
  const again = await asMember(owner, organization, (context) => inviteAgain(context, { organizationId: organization.id, memberId: member.id }))
  if (!again.ok) throw new Error(again.error.code)
  return { organization, token: await lastInvitationTokenFor(member.email) }
}

const newAccount = async (name = 'Grace') => ({ name, passwordHash: await hashPassword(NEW_PASSWORD) })

describe('a link from a mail', () => {
  it('shows who invites to what, before anyone is signed in', async () => {
    const { organization, owner, token } = await invite('look@example.com')
    expect(await lookUp(token)).toMatchObject({
      organizationName: 'Inviting',
      organizationSlug: organization.slug,
      email: 'look@example.com',
      canSignIn: false,
      invitedBy: owner.name,
      state: 'open',
    })
  })

  it('lets a new person choose a password and in, once', async () => {
    const { organization, member, token } = await invite('grace@example.com')
    expect(await accept(token)).toEqual({ ok: false, error: { code: 'account_missing' } })
    expect(await accept(token, { account: await newAccount() })).toMatchObject({
      ok: true,
      value: { accountCreated: true, organizationSlug: organization.slug, member: { name: 'Grace' } },
    })

    expect(await checkSignIn({ email: 'grace@example.com', password: NEW_PASSWORD, address: '192.0.2.1' })).toMatchObject({ ok: true })
    expect(await membershipIn(member.userId, organization)).toMatchObject({
      member: { id: member.id, role: 'member' },
    })
    expect(await accept(token, { signedInAs: member.userId })).toEqual({ ok: false, error: { code: 'invitation_used' } })
    expect((await lookUp(token))?.state).toBe('used')
  })

  it('works for one of many who use it at the same moment', async () => {
    const { member, token } = await invite('race@example.com')
    const account = await newAccount()
    const results = await Promise.all(Array.from({ length: 4 }, () => accept(token, { account })))
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    const rows = await inEngine((tx) => tx.select().from(invitations).where(eq(invitations.memberId, member.id)))
    expect(rows.filter((row) => row.acceptedAt !== null)).toHaveLength(1)
  })

  it('never sets a password over one that is there: its owner signs in', async () => {
    const {
      members: [known],
    } = await createTeam('Home', ['member'])
    if (!known) throw new Error('no member')
    const { organization, token } = await invite(known.email)
    expect(await accept(token, { account: await newAccount('Mallory') })).toEqual({ ok: false, error: { code: 'sign_in_required', email: known.email } })
    expect(await checkSignIn({ email: known.email, password: PASSWORD, address: '192.0.2.2' })).toMatchObject({ ok: true })

    expect(await accept(token, { signedInAs: known.userId })).toMatchObject({ ok: true, value: { accountCreated: false } })
    expect(await membershipIn(known.userId, organization)).not.toBeNull()
  })

  it.each([
    ['belongs to another organization', { elsewhere: true, identity: false }],
    ['belongs to another organization, and comes by an identity', { elsewhere: true, identity: true }],
    ['was added here without a mail, and comes by an identity', { elsewhere: false, identity: true }],
  ])('gives no first password to whoever %s: they sign in their own way, and join without one', async (_what, { elsewhere, identity }) => {
    const team = await createTeam('Home')
    const known = await addTeamMember(team.organization.id, 'member')
    if (identity) await signInWithIdentity({ provider: 'google', subject: known.email, verifiedEmail: known.email })
    const { organization, token } = elsewhere ? await invite(known.email) : await inviteAgainTo(team, known)
    expect(await lookUp(token)).toMatchObject({ canSignIn: true })
    expect(await accept(token, { account: await newAccount('Mallory') })).toEqual({ ok: false, error: { code: 'sign_in_required', email: known.email } })
    expect(await checkSignIn({ email: known.email, password: NEW_PASSWORD, address: '192.0.2.3' })).toMatchObject({ ok: false })

    await requestSignInLink({ email: known.email, next: '/', address: '192.0.2.3' })
    expect(await openSignInLink(await lastInvitationTokenFor(known.email))).toMatchObject({ ok: true, value: { id: known.userId } })
    expect(await accept(token, { signedInAs: known.userId })).toMatchObject({ ok: true, value: { accountCreated: false } })
    expect(await membershipIn(known.userId, organization)).not.toBeNull()
  })

  it('lets whoever belongs nowhere any more, or was only added here without a mail, choose a first password', async () => {
    const [old, team] = [await createTeam('Left'), await createTeam('Adding')]
    const left = await addTeamMember(old.organization.id, 'member')
    await signInWithIdentity({ provider: 'google', subject: left.email, verifiedEmail: left.email })
    await asMember(old.owner, old.organization, (context) => removeMember(context, { organizationId: old.organization.id, memberId: left.id }))
    const added = await addTeamMember(team.organization.id, 'member')
    for (const { token } of [await invite(left.email), await inviteAgainTo(team, added)]) {
      expect(await accept(token, { account: await newAccount() })).toMatchObject({ ok: true, value: { accountCreated: true } })
    }
  })

  it('is not for somebody else who is signed in', async () => {
    const stranger = await createTeam('Stranger')
    const { token } = await invite('meant@example.com')
    const attempt = await accept(token, { signedInAs: stranger.owner.userId as UserId, account: await newAccount() })
    expect(attempt).toEqual({ ok: false, error: { code: 'wrong_account', email: 'meant@example.com' } })
  })

  it('ends after seven days', async () => {
    const { member, token } = await invite('late@example.com')
    const [row] = await inEngine((tx) => tx.select().from(invitations).where(eq(invitations.memberId, member.id)))
    expect(row && Math.round((row.expiresAt.epochMilliseconds - row.createdAt.epochMilliseconds) / 3_600_000)).toBe(7 * 24)
    await inEngine((tx) =>
      tx
        .update(invitations)
        .set({ expiresAt: addDays(systemClock.now(), 0) })
        .where(eq(invitations.memberId, member.id)),
    )
    expect((await lookUp(token))?.state).toBe('expired')
    expect(await accept(token, { account: await newAccount() })).toMatchObject({ ok: false, error: { code: 'invitation_expired' } })
  })

  it('ends when a newer one is sent', async () => {
    const { organization, owner, member, token } = await invite('again@example.com')
    await inEngine((tx) =>
      tx
        .update(invitations)
        .set({ createdAt: addDays(systemClock.now(), -1) })
        .where(eq(invitations.memberId, member.id)),
    )
    const again = await asMember(owner, organization, (context) => inviteAgain(context, { organizationId: organization.id, memberId: member.id }))
    expect(again.ok).toBe(true)
    expect((await lookUp(token))?.state).toBe('expired')
    const newer = await lastInvitationTokenFor('again@example.com')
    expect(newer).not.toBe(token)
    expect(await accept(newer, { account: await newAccount() })).toMatchObject({ ok: true })
  })

  it('ends when its person is removed', async () => {
    const { organization, owner, member, token } = await invite('removed@example.com')
    await asMember(owner, organization, (context) => removeMember(context, { organizationId: organization.id, memberId: member.id }))
    expect(await lookUp(token)).toBeNull()
  })

  it('cannot be guessed, and cannot be read out of the database', async () => {
    const { token } = await invite('secret@example.com')
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(await lookUp(`${token}x`)).toBeNull()
    const everything = await inEngine((tx) => tx.execute(`SELECT m::text AS row FROM messages m UNION ALL SELECT i::text FROM invitations i`))
    expect(everything.rows.length).toBeGreaterThan(1)
    expect(JSON.stringify(everything.rows)).not.toContain(token)
  })
})
