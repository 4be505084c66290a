import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../db/client'
import { auditLog, members, operatorSessions, sessions } from '../../db/schema'
import { endMemberSessions } from '../billing/commands/end-member-sessions'
import { newId, uuidOf } from '../ids'
import { systemClock } from '../time'
import { endAllSessions, endOneSession, findSessionAccount } from './account'
import { readBrowser } from './browser-name'
import {
  endOperatorSessionByHash,
  endOtherOperatorSessions,
  forgetOldSessions,
  listOperatorSessions,
  openOperatorSession,
  readOperatorSession,
} from './operator-session'
import { hashOperatorToken } from './operator-token'
import { inviteOperator, openDeskBy } from './operators'
import { listSessions, noteSession } from './sessions'
import { shownOperator } from './testing/sit-down'
import { asMember, createTeam, PASSWORD, provideDatabase } from './testing/team'

const database = provideDatabase()

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const daysAgo = (days: number) => systemClock.now().subtract({ minutes: Math.round(24 * 60 * days) })
const from = (address: string) => ({ address, agent: FIREFOX })

async function aSession(name: string, { begun = 0 } = {}) {
  const team = await createTeam(name, ['admin', 'member'])
  const claim = { userId: team.owner.userId, session: randomUUID(), sessionVersion: 1, sealedAt: daysAgo(begun), portal: null }
  const isGood = async (sealedAt = claim.sealedAt) => (await findSessionAccount(claim.userId, 1, claim.session, sealedAt)) !== null
  return { ...team, claim, isGood }
}

async function age(days: { seen: number; begun: number }, session: string): Promise<void> {
  const client = new Client({ connectionString: database.current.ownerUrl })
  await client.connect()
  await client.query('UPDATE sessions SET seen_at = $1, begun_at = $2 WHERE session = $3', [
    daysAgo(days.seen).toString(),
    daysAgo(days.begun).toString(),
    session,
  ])
  await client.end()
}

describe('a session of a member', () => {
  it('ends after seven days that nobody uses it, and goes on while somebody does', async () => {
    const { claim, isGood } = await aSession('Idle')
    await noteSession(claim, from('192.0.2.1'))
    await age({ seen: 6, begun: 20 }, claim.session)
    expect(await isGood(daysAgo(20))).toBe(true)
    await age({ seen: 7.01, begun: 20 }, claim.session)
    expect(await isGood(daysAgo(20))).toBe(false)
    expect(await isGood()).toBe(false) // Its cookie was sealed anew: it is as idle as before.
  })

  it('that was begun and never used ends after seven days too', async () => {
    const { isGood } = await aSession('Never used')
    expect(await isGood(daysAgo(6))).toBe(true)
    expect(await isGood(daysAgo(8))).toBe(false)
  })

  it('ends after thirty days, however much it is used and whenever its cookie was sealed', async () => {
    const { claim, isGood } = await aSession('Old')
    await noteSession(claim, from('192.0.2.1'))
    await age({ seen: 0, begun: 29.9 }, claim.session)
    expect(await isGood()).toBe(true)
    await age({ seen: 0, begun: 30.1 }, claim.session)
    expect(await isGood()).toBe(false)
  })

  it('is listed with its browser, where it came from and when; ended, or begun before all were ended, it is not', async () => {
    const { claim } = await aSession('Listed')
    const others = [randomUUID(), randomUUID()] as const
    await noteSession(claim, from('192.0.2.1'))
    for (const session of others) await noteSession({ ...claim, session }, from('192.0.2.2'))
    expect((await listSessions(claim.userId)).map(({ address }) => address).sort()).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.2'])
    await endOneSession({ userId: claim.userId, session: others[0] })
    expect((await listSessions(claim.userId)).map(({ id }) => id).sort()).toEqual([claim.session, others[1]].sort())
    await endAllSessions(claim.userId)
    expect(await listSessions(claim.userId)).toEqual([])
  })

  it('is not written down at each page, and says where it came from last', async () => {
    const { claim } = await aSession('Noted')
    await noteSession(claim, from('192.0.2.1'))
    await noteSession(claim, from('192.0.2.9'))
    expect(await listSessions(claim.userId)).toMatchObject([{ address: '192.0.2.1' }])
    await age({ seen: 1, begun: 1 }, claim.session)
    await noteSession(claim, { address: '', agent: '' })
    expect(await listSessions(claim.userId)).toMatchObject([{ address: '192.0.2.1', agent: FIREFOX }])
    await age({ seen: 1, begun: 1 }, claim.session)
    await noteSession(claim, { address: '192.0.2.9', agent: 'x'.repeat(10_000) })
    expect(await listSessions(claim.userId)).toMatchObject([{ address: '192.0.2.9', agent: 'x'.repeat(300) }])
  })

  it('is seen by its person alone, and forgotten after two months', async () => {
    const [ours, theirs] = [await aSession('Ours'), await aSession('Theirs')]
    await noteSession(theirs.claim, from('192.0.2.1'))
    const asOurs = { organizationId: ours.organization.id, userId: ours.owner.userId }
    expect(await inWeb(asOurs, (tx) => tx.select().from(sessions))).toEqual([])
    await expect(
      inWeb(asOurs, (tx) => tx.insert(sessions).values({ ...theirs.claim, session: randomUUID(), begunAt: daysAgo(0), seenAt: daysAgo(0), ...from('') })),
    ).rejects.toThrow()
    await age({ seen: 61, begun: 70 }, theirs.claim.session)
    await inEngine(forgetOldSessions)
    expect(await inEngine((tx) => tx.$count(sessions, eq(sessions.userId, theirs.claim.userId)))).toBe(0)
  })
})

describe('a member’s sessions', () => {
  async function aTeam(name: string) {
    const { organization, owner, members: team } = await createTeam(name, ['admin', 'member', 'billing'])
    await inEngine((tx) => tx.update(members).set({ joinedAt: systemClock.now() }).where(eq(members.organizationId, organization.id)))
    const [admin, member, billing] = team
    if (!admin || !member || !billing) throw new Error('nobody')
    return { organization, owner, admin, member, billing }
  }
  const isIn = async ({ userId }: { userId: Parameters<typeof listSessions>[0] }) => (await findSessionAccount(userId, 1)) !== null

  it('are ended by a manager, who leaves them in the team, and it stands in the activity', async () => {
    const { organization, admin, member } = await aTeam('Managed')
    const ended = await asMember(admin, organization, (context) => endMemberSessions(context, { organizationId: organization.id, memberId: member.id }))
    expect(ended).toMatchObject({ ok: true })
    expect([await isIn(member), await isIn(admin)]).toEqual([false, true])
    const entries = await inEngine((tx) => tx.select().from(auditLog).where(eq(auditLog.action, 'member.signed_out')))
    expect(entries).toMatchObject([{ actor: admin.id, target: member.id }])
  })

  it('are not ended by an admin where the member is an owner, by who manages nobody, or from another organization (G84)', async () => {
    const [ours, theirs] = [await aTeam('Ours'), await aTeam('Not ours')]
    const organizationId = ours.organization.id
    const as = (who: typeof ours.admin, whom: typeof ours.admin) =>
      asMember(who, ours.organization, (context) => endMemberSessions(context, { organizationId, memberId: whom.id }))
    expect(await as(ours.admin, ours.owner)).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    expect(await as(ours.billing, ours.member)).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    expect(await as(ours.owner, theirs.member)).toEqual({ ok: false, error: { code: 'member_not_found' } })
    expect(await as(ours.owner, { ...ours.member, id: newId('mem') })).toEqual({ ok: false, error: { code: 'member_not_found' } })
    // The database asks for itself: nobody is signed out by calling its function as another.
    const ask = (who: typeof ours.admin, whom: typeof ours.admin) =>
      asMember(who, ours.organization, async ({ tx }) => {
        return (await tx.execute<{ ended: boolean }>(sql`SELECT end_member_sessions(${uuidOf('mem', whom.id)}) AS ended`)).rows[0]?.ended
      })
    for (const [who, whom] of [
      [ours.admin, ours.owner],
      [ours.billing, ours.member],
      [ours.owner, theirs.member],
      [theirs.owner, ours.member],
    ] as const)
      expect(await ask(who, whom)).toBe(false)
    for (const one of [ours.owner, ours.member, theirs.member]) expect(await isIn(one)).toBe(true)
  })
})

describe('a session at the desk', () => {
  async function aDesk() {
    const invited = await inviteOperator({ email: `seat-${randomUUID()}@company.example`, role: 'admin', invitedBy: 'a test' })
    if (!invited.ok) throw new Error(invited.error.code)
    await openDeskBy({ token: invited.value.token, password: PASSWORD })
    const { operatorId } = invited.value
    const open = async () => (await openOperatorSession(await shownOperator(operatorId), { passedCode: true }, from('192.0.2.7'))) ?? ''
    return { operatorId, open }
  }

  it('is listed, and ended alone or with all others', async () => {
    const { operatorId, open } = await aDesk()
    const [one, two, three] = [await open(), await open(), await open()]
    expect(await listOperatorSessions(operatorId)).toMatchObject(Array.from({ length: 3 }, () => ({ address: '192.0.2.7', agent: FIREFOX })))
    expect(await endOperatorSessionByHash(operatorId, hashOperatorToken(one))).toBe(true)
    expect(await endOperatorSessionByHash(operatorId, hashOperatorToken(one))).toBe(false)
    await endOtherOperatorSessions(operatorId, hashOperatorToken(three))
    const present = await Promise.all([one, two, three].map(readOperatorSession))
    expect(present.map(Boolean)).toEqual([false, false, true])
    expect(await listOperatorSessions(operatorId)).toMatchObject([{ id: hashOperatorToken(three) }])
  })

  it('is not another operator’s to end, nor listed once it is idle', async () => {
    const [ours, theirs] = [await aDesk(), await aDesk()]
    const token = await theirs.open()
    expect(await endOperatorSessionByHash(ours.operatorId, hashOperatorToken(token))).toBe(false)
    await endOtherOperatorSessions(ours.operatorId, 'none')
    expect(await readOperatorSession(token)).not.toBeNull()
    await inEngine((tx) =>
      tx
        .update(operatorSessions)
        .set({ lastSeenAt: daysAgo(1) })
        .where(eq(operatorSessions.operatorId, theirs.operatorId)),
    )
    expect(await listOperatorSessions(theirs.operatorId)).toEqual([])
  })
})

it.each([
  [FIREFOX, { browser: 'Firefox', system: 'Linux' }],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
    { browser: 'Safari', system: 'iOS' },
  ],
  ['curl/8.1', { browser: null, system: null }],
  ['', { browser: null, system: null }],
  ['<script>alert(1)</script>', { browser: null, system: null }],
])('names the browser of %s', (agent, expected) => {
  expect(readBrowser(agent)).toEqual(expected)
})
