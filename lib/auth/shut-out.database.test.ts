import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { messages, users } from '../../db/schema'
import { endMemberSessions } from '../billing/commands/end-member-sessions'
import type { Member } from '../billing/commands/store/members'
import type { Organization } from '../billing/commands/store/organization'
import { changePassword, endAllSessions, endSessionsOf } from './account'
import { openInvitationToken } from './invitation-token'
import { isPasswordResetOpen, requestPasswordReset, resetPassword } from './password-reset'
import { findSignInLink, openSignInLink, requestSignInLink } from './sign-in-link'
import { withSecondFactor } from './testing/second-step'
import { asMember, createTeam, PASSWORD, provideDatabase } from './testing/team'

provideDatabase()
let host = 0
const anAddress = () => `203.0.113.${++host}`
const ANOTHER = 'another long sentence'

type Whom = { member: Member; owner: Member; organization: Organization }

async function aMember(): Promise<Whom> {
  const { organization, owner, members } = await createTeam('Shut out', ['member'])
  const [member] = members
  if (!member) throw new Error('nobody')
  return { organization, owner, member }
}

async function accountOf({ userId, email, name }: Member) {
  const [found] = await inEngine((tx) => tx.select({ sessionVersion: users.sessionVersion }).from(users).where(eq(users.id, userId)))
  if (!found) throw new Error('nobody')
  return { id: userId, email, name, sessionVersion: found.sessionVersion }
}

async function lastTokenFor(email: string): Promise<string> {
  const mails = await inEngine((tx) => tx.select().from(messages).where(eq(messages.recipient, email)))
  const [last] = mails.filter(({ payload }) => payload.sealedToken !== undefined).sort((a, b) => b.id.localeCompare(a.id))
  return openInvitationToken(String(last?.payload.sealedToken))
}

async function askForReset(email: string): Promise<string> {
  expect(await requestPasswordReset({ email, address: anAddress() })).toMatchObject({ ok: true })
  return lastTokenFor(email)
}

async function askForLink(email: string): Promise<string> {
  expect(await requestSignInLink({ email, next: '/', address: anAddress() })).toMatchObject({ ok: true })
  return lastTokenFor(email)
}

/** What is meant to leave nobody else in. */
const ACTS: [string, (whom: Whom) => Promise<unknown>][] = [
  [
    'they change their password',
    async ({ member }) => {
      const changed = await changePassword({ account: await accountOf(member), currentPassword: PASSWORD, newPassword: ANOTHER, address: anAddress() })
      expect(changed).toMatchObject({ ok: true })
    },
  ],
  ['they sign out everywhere', ({ member }) => endAllSessions(member.userId)],
  ['they end every other session', async ({ member }) => expect(await endSessionsOf(await accountOf(member))).toBe(2)],
  [
    'a manager signs them out',
    async ({ member, owner, organization }) => {
      const ended = await asMember(owner, organization, (context) => endMemberSessions(context, { organizationId: organization.id, memberId: member.id }))
      expect(ended).toMatchObject({ ok: true })
    },
  ],
  ['they turn on the second step', ({ member }) => withSecondFactor({ kind: 'person', id: member.userId, email: member.email })],
  [
    'they choose another password by a link',
    async ({ member }) => expect(await resetPassword({ token: await askForReset(member.email), newPassword: ANOTHER })).toMatchObject({ ok: true }),
  ],
]

describe.each(ACTS)('a link that was asked for before %s', (_, act) => {
  it('opens nothing: a link to sign in', async () => {
    const whom = await aMember()
    const token = await askForLink(whom.member.email)
    await act(whom)
    expect(await findSignInLink(token)).toEqual({ email: whom.member.email, state: 'expired' })
    expect(await openSignInLink(token)).toEqual({ ok: false, error: { code: 'link_closed' } })
    expect(await openSignInLink(await askForLink(whom.member.email))).toMatchObject({ ok: true })
  })

  it('opens nothing: a link to choose another password', async () => {
    const whom = await aMember()
    const token = await askForReset(whom.member.email)
    await act(whom)
    expect(await isPasswordResetOpen(token)).toBe(false)
    expect(await resetPassword({ token, newPassword: ANOTHER })).toEqual({ ok: false, error: { code: 'reset_closed' } })
    expect(await resetPassword({ token: await askForReset(whom.member.email), newPassword: 'quite another sentence' })).toMatchObject({ ok: true })
  })
})
