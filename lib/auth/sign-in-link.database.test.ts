import { eq, sql } from 'drizzle-orm'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../db/client'
import { members, messages, organizations, users } from '../../db/schema'
import type { MemberId } from '../ids'
import { drawText } from '../notify/draw-mail'
import { wordMessage } from '../notify/word-message'
import { systemClock } from '../time'
import { openInvitationToken } from './invitation-token'
import { checkSignIn } from './sign-in'
import { findSignInLink, openSignInLink, requestSignInLink } from './sign-in-link'
import { addTeamMember, createTeam, PASSWORD, provideDatabase } from './testing/team'

const database = provideDatabase()
let host = 0
const anAddress = () => `203.0.113.${++host}`
const ask = (email: string, facts: { address?: string; next?: string } = {}) => requestSignInLink({ email, next: '/', address: anAddress(), ...facts })

const mailsTo = (email: string) => inEngine((tx) => tx.select().from(messages).where(eq(messages.recipient, email)))

async function linkFor(email: string, next = '/'): Promise<string> {
  expect(await ask(email, { next })).toEqual({ ok: true, value: null })
  const [last] = (await mailsTo(email)).sort((a, b) => b.id.localeCompare(a.id))
  return openInvitationToken(String(last?.payload.sealedToken))
}

describe('asking for a link to sign in', () => {
  it('answers the same for everybody, and mails only who may come in', async () => {
    const { owner, organization } = await createTeam('Linked')
    const withoutPassword = await addTeamMember(organization.id, 'member')
    await inEngine((tx) => tx.execute(sql`SELECT ensure_user(gen_random_uuid(), 'invited-only@example.com', NULL)`))
    for (const email of [` ${owner.email.toUpperCase()} `, withoutPassword.email, 'nobody@example.com', 'invited-only@example.com', "o'brien@example.com"]) {
      expect(await ask(email)).toEqual({ ok: true, value: null })
    }
    expect(await mailsTo(owner.email)).toMatchObject([{ kind: 'magic_link', state: 'queued' }])
    expect(await mailsTo(withoutPassword.email)).toMatchObject([{ kind: 'magic_link' }])
    expect([...(await mailsTo('nobody@example.com')), ...(await mailsTo('invited-only@example.com'))]).toEqual([])
  })

  it.each([
    ['was removed', (id: MemberId) => inEngine((tx) => tx.update(members).set({ removedAt: systemClock.now() }).where(eq(members.id, id)))],
    ['never joined', (id: MemberId) => inEngine((tx) => tx.update(members).set({ joinedAt: null }).where(eq(members.id, id)))],
  ])('mails nobody who %s', async (_what, happen) => {
    const { owner } = await createTeam('Gone')
    await happen(owner.id)
    expect(await ask(owner.email)).toEqual({ ok: true, value: null })
    expect(await mailsTo(owner.email)).toEqual([])
  })

  it('mails nobody whose organization was closed', async () => {
    const { owner, organization } = await createTeam('Closed')
    await inEngine((tx) => tx.update(organizations).set({ deletedAt: systemClock.now() }).where(eq(organizations.id, organization.id)))
    await ask(owner.email)
    expect(await mailsTo(owner.email)).toEqual([])
  })

  it('is limited per email and per address, whether there is an account or not, and takes no try of a password away', async () => {
    const { owner } = await createTeam('Flooded')
    for (const email of [owner.email, 'flooded-by-links@example.com']) {
      const answers = []
      for (let n = 0; n < 6; n++) answers.push(await ask(email))
      expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true, true, false])
    }
    const address = anAddress()
    for (let n = 0; n < 5; n++) await ask(`guess${n}@example.com`, { address })
    expect(await ask('one-more@example.com', { address })).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
    expect(await mailsTo(owner.email)).toHaveLength(5)
    expect(await checkSignIn({ email: owner.email, password: PASSWORD, address: anAddress() })).toMatchObject({ ok: true })
  })

  it('is limited sooner per email from one address, so that one place alone takes nobody’s links away', async () => {
    const { owner } = await createTeam('Kept from links')
    const place = anAddress()
    const answers = []
    for (let n = 0; n < 5; n++) answers.push(await ask(owner.email, { address: place }))
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, false, false])
    expect(await ask(owner.email)).toMatchObject({ ok: true })
  })

  it('keeps only a hash of the link; the mail says what it does, and leads to the page that was wanted, if it is ours', async () => {
    const { owner } = await createTeam('Worded')
    const token = await linkFor(owner.email, '/worded/plan')
    const kept = await asOwnerOfDatabase('SELECT to_jsonb(r)::text || (SELECT string_agg(m.payload::text, $$ $$) FROM messages m) AS row FROM sign_in_links r')
    expect(kept).not.toContain(token)
    const [message] = await mailsTo(owner.email)
    const text = drawText(wordMessage('magic_link', message?.payload))
    expect(text).toContain(`http://localhost:3000/sign-in/link/${token}?next=%2Fworded%2Fplan`)
    expect(text).toMatch(/works once/)
    await linkFor(owner.email, 'https://evil.example/')
    const last = (await mailsTo(owner.email)).sort((a, b) => b.id.localeCompare(a.id))[0]
    expect(last?.payload.nextPath).toBe('/')
    for (const reader of [inWeb.bind(null, {}), inEngine]) await expect(reader((tx) => tx.execute(sql`SELECT * FROM sign_in_links`))).rejects.toThrow()
  })
})

describe('a link to sign in', () => {
  it('is looked at as often as one likes, works once, and ends no other session', async () => {
    const { owner } = await createTeam('Once')
    const token = await linkFor(owner.email)
    for (let n = 0; n < 3; n++) expect(await findSignInLink(token)).toEqual({ email: owner.email, state: 'open' })
    expect(await openSignInLink(token)).toEqual({ ok: true, value: { id: owner.userId, sessionVersion: 1 } })
    expect(await openSignInLink(token)).toEqual({ ok: false, error: { code: 'link_closed' } })
    expect(await findSignInLink(token)).toEqual({ email: owner.email, state: 'used' })
    const [person] = await inEngine((tx) => tx.select({ version: users.sessionVersion }).from(users).where(eq(users.id, owner.userId)))
    expect(person?.version).toBe(1)
  })

  it('lets one of ten at once in', async () => {
    const { owner } = await createTeam('At once')
    const token = await linkFor(owner.email)
    const answers = await Promise.all(Array.from({ length: 10 }, () => openSignInLink(token)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
  })

  it('closes the others that were asked for', async () => {
    const { owner } = await createTeam('Twice')
    const [first, second] = [await linkFor(owner.email), await linkFor(owner.email)]
    expect(await openSignInLink(second)).toMatchObject({ ok: true })
    expect(await findSignInLink(first)).toMatchObject({ state: 'used' })
    expect(await openSignInLink(first)).toMatchObject({ ok: false })
  })

  it('is good for ten minutes', async () => {
    const { owner } = await createTeam('Late')
    const token = await linkFor(owner.email)
    await asOwnerOfDatabase("UPDATE sign_in_links SET expires_at = expires_at - interval '9 minutes'")
    expect(await findSignInLink(token)).toMatchObject({ state: 'open' })
    await asOwnerOfDatabase("UPDATE sign_in_links SET expires_at = expires_at - interval '2 minutes'")
    expect(await findSignInLink(token)).toMatchObject({ state: 'expired' })
    expect(await openSignInLink(token)).toEqual({ ok: false, error: { code: 'link_closed' } })
  })

  it.each(['', 'guessed', "' OR true --", '\u0000'])('is nothing that can be made up: %j', async (token) => {
    expect(await findSignInLink(token)).toBeNull()
    expect(await openSignInLink(token)).toEqual({ ok: false, error: { code: 'link_closed' } })
  })

  it('is forgotten a day after it has ended, so that the table does not grow', async () => {
    const { owner } = await createTeam('Old')
    await linkFor(owner.email)
    await asOwnerOfDatabase("UPDATE sign_in_links SET expires_at = now() - interval '25 hours'")
    await linkFor(owner.email)
    expect(await asOwnerOfDatabase('SELECT count(*)::int AS count FROM sign_in_links')).toBe('[{"count":1}]')
  })
})

async function asOwnerOfDatabase(statement: string): Promise<string> {
  const client = new Client({ connectionString: database.current.ownerUrl })
  await client.connect()
  try {
    return JSON.stringify((await client.query(statement)).rows)
  } finally {
    await client.end()
  }
}
