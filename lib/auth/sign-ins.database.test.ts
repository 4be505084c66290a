import { count, eq, sql } from 'drizzle-orm'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../db/client'
import { signIns } from '../../db/schema'
import { addMember } from '../billing/commands/add-member'
import { removeMember } from '../billing/commands/remove-member'
import { type UserId, uuidOf } from '../ids'
import { systemClock } from '../time'
import type { Holder, HolderId } from './holder'
import { forgetOldSessions } from './operator-session'
import { checkOperatorSignIn, inviteOperator, openDeskBy } from './operators'
import { identifyByPasskey, offerAssertion } from './passkeys'
import { proveOneself } from './prove-holder'
import { passSecondStep } from './second-factor'
import { noteSession } from './sessions'
import { checkSignIn } from './sign-in'
import { listMembersSignIns, listSignIns, noteSignIn, SIGN_INS_A_DAY, SIGN_INS_SHOWN } from './sign-ins'
import { withPasskey } from './testing/passkey'
import { withSecondFactor } from './testing/second-step'
import { asMember, createTeam, PASSWORD, provideDatabase } from './testing/team'

const database = provideDatabase()

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
let host = 0
const anAddress = () => `198.51.100.${++host}`

async function aPerson(name: string) {
  const team = await createTeam(name, ['member'])
  return { ...team, holder: { kind: 'person', id: team.owner.userId, email: team.owner.email } as const satisfies Holder }
}

async function anOperator(email: string): Promise<Holder> {
  const invited = await inviteOperator({ email, role: 'admin', invitedBy: 'test' })
  if (!invited.ok) throw new Error(invited.error.code)
  await openDeskBy({ token: invited.value.token, password: PASSWORD })
  return { kind: 'operator', id: invited.value.operatorId, email }
}

async function asOwner<Value>(work: (client: Client) => Promise<Value>): Promise<Value> {
  const client = new Client({ connectionString: database.current.ownerUrl })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const seen = async (holder: HolderId) => (await listSignIns(holder)).map(({ way, outcome, address, times }) => ({ way, outcome, address, times }))
const everyRow = async () => Number((await inEngine((tx) => tx.select({ rows: count() }).from(signIns)))[0]?.rows)
const cameIn = { way: 'password', outcome: 'signed_in' } as const
const wrong = { way: 'password', outcome: 'refused' } as const

describe('a try that fails', () => {
  it('stands in the list of whom it was made in the name of: by a password, a code, a passkey', async () => {
    const { holder } = await aPerson('Failed')
    const address = anAddress()
    await withSecondFactor(holder)
    const { device } = await withPasskey(holder)
    await checkSignIn({ email: holder.email, password: 'wrong', address, agent: FIREFOX })
    await passSecondStep(holder, { code: '000000', address, agent: FIREFOX })
    const { challenge } = await offerAssertion(null)
    await identifyByPasskey('person', { challenge, response: device.answer({ challenge: 'another' }), address, agent: FIREFOX })
    const refused = { outcome: 'refused', address, times: 1 }
    expect((await seen(holder)).sort((one, other) => one.way.localeCompare(other.way))).toEqual([
      { way: 'code', ...refused },
      { way: 'passkey', ...refused },
      { way: 'password', ...refused },
    ])
    expect((await listSignIns(holder)).map(({ agent }) => agent)).toEqual([FIREFOX, FIREFOX, FIREFOX])
  })

  it('stands there too where the password is asked for again, before a change', async () => {
    const { holder } = await aPerson('Proof')
    const address = anAddress()
    await proveOneself(holder, { password: 'wrong', code: '', challenge: null, address })
    expect(await seen(holder)).toEqual([{ ...wrong, address, times: 1 }])
  })

  it('at the desk stands in the operator’s list, and not in that of a member under the same address', async () => {
    const { holder } = await aPerson('Both')
    const operator = await anOperator(holder.email)
    const address = anAddress()
    await checkOperatorSignIn({ email: holder.email, password: 'wrong', address })
    expect(await seen(operator)).toEqual([{ ...wrong, address, times: 1 }])
    expect(await seen(holder)).toEqual([])
  })

  it('under a name that nobody has leaves no row', async () => {
    const before = await everyRow()
    await checkSignIn({ email: 'nobody@example.com', password: PASSWORD, address: anAddress() })
    await checkOperatorSignIn({ email: 'nobody@example.com', password: PASSWORD, address: anAddress() })
    expect(await everyRow()).toBe(before)
  })
})

describe('what is written down', () => {
  it('is counted where it stands when it comes again within the hour, and written anew after it', async () => {
    const { holder } = await aPerson('Counted')
    const address = anAddress()
    for (let n = 0; n < 3; n++) await noteSignIn(holder, { ...wrong, address })
    await noteSignIn(holder, { ...cameIn, address })
    expect(await seen(holder)).toEqual([
      { ...cameIn, address, times: 1 },
      { ...wrong, address, times: 3 },
    ])
    await asOwner(async (client) => {
      await client.query('ALTER TABLE sign_ins DISABLE TRIGGER sign_ins_append_only')
      await client.query(`UPDATE sign_ins SET at = at - interval '61 minutes' WHERE user_id = $1`, [uuidOf('user', holder.id)])
      await client.query('ALTER TABLE sign_ins ENABLE TRIGGER sign_ins_append_only')
    })
    await noteSignIn(holder, { ...wrong, address })
    expect(await seen(holder)).toContainEqual({ ...wrong, address, times: 1 })
  })

  it('is one row, each try counted, where many come from one place at once', async () => {
    const { holder } = await aPerson('At once')
    const address = anAddress()
    await Promise.all(Array.from({ length: 10 }, () => noteSignIn(holder, { ...wrong, address, agent: FIREFOX })))
    expect(await seen(holder)).toEqual([{ ...wrong, address, times: 10 }])
  })

  it('is one row whatever somebody who guesses calls their browser, and pushes no sign-in out of sight', async () => {
    const { holder } = await aPerson('Renamed')
    const address = anAddress()
    await noteSignIn(holder, { ...cameIn, address })
    for (let n = 0; n < 12; n++) await noteSignIn(holder, { ...wrong, address, agent: `Browser ${n}` })
    for (let n = 0; n < SIGN_INS_SHOWN + 1; n++) await noteSignIn(holder, { ...wrong, address: anAddress() })
    const rows = await seen(holder)
    expect(rows).toContainEqual({ ...cameIn, address, times: 1 })
    expect(rows.filter(({ outcome }) => outcome === 'refused')).toHaveLength(SIGN_INS_SHOWN)
  })

  it('by a server whose clock is behind another’s is counted, and moves no time back', async () => {
    const { holder } = await aPerson('Skewed')
    const address = anAddress()
    await noteSignIn(holder, { ...wrong, address })
    await asOwner(async (client) => {
      await client.query(`UPDATE sign_ins SET times = times + 1, last_at = last_at + interval '1 minute' WHERE user_id = $1`, [uuidOf('user', holder.id)])
    })
    await noteSignIn(holder, { ...wrong, address })
    expect(await seen(holder)).toEqual([{ ...wrong, address, times: 3 }])
  })

  it('that cannot be is in the log, and keeps nobody out', async () => {
    const { holder } = await aPerson('Full')
    await asOwner((client) => client.query('ALTER TABLE sign_ins ADD CONSTRAINT full_disk CHECK (false) NOT VALID'))
    await expect(noteSignIn(holder, { ...cameIn, address: anAddress() })).resolves.toBeUndefined()
    await asOwner((client) => client.query('ALTER TABLE sign_ins DROP CONSTRAINT full_disk'))
    expect(await seen(holder)).toEqual([])
  })

  it('does not grow with how many addresses somebody guesses from, and hides no sign-in of one’s own', async () => {
    const { holder } = await aPerson('Guessed')
    for (let n = 0; n < SIGN_INS_A_DAY + 20; n++) await noteSignIn(holder, { ...wrong, address: `2001:db8::${n}` })
    await noteSignIn(holder, { ...cameIn, address: '192.0.2.7' })
    const rows = await inEngine((tx) => tx.select().from(signIns).where(eq(signIns.userId, holder.id)))
    expect(rows).toHaveLength(SIGN_INS_A_DAY + 2)
    expect(rows.find(({ address }) => address === '')).toMatchObject({ ...wrong, agent: '', times: 20 })
    expect((await seen(holder))[0]).toEqual({ ...cameIn, address: '192.0.2.7', times: 1 })
  })

  it('is read by its person alone, and by nobody’s page changed or taken away', async () => {
    const { holder, members } = await aPerson('Own')
    await noteSignIn(holder, { ...wrong, address: anAddress() })
    const other = members[0]?.userId as UserId
    expect(await inWeb({ userId: other }, (tx) => tx.select().from(signIns).where(eq(signIns.userId, holder.id)))).toEqual([])
    const forged = sql`INSERT INTO sign_ins (id, user_id, way, outcome, at, last_at, address, agent) VALUES (gen_random_uuid(), ${uuidOf('user', holder.id)}, 'password', 'signed_in', now(), now(), '', '')`
    await expect(inWeb({ userId: other }, (tx) => tx.execute(forged))).rejects.toThrow()
    const statements = [sql`UPDATE sign_ins SET address = ''`, sql`UPDATE sign_ins SET times = 1`, sql`DELETE FROM sign_ins`]
    for (const statement of statements) await expect(inWeb({ userId: holder.id }, (tx) => tx.execute(statement))).rejects.toThrow()
    for (const statement of statements) await expect(inEngine((tx) => tx.execute(statement))).rejects.toThrow()
    const asIfErasing = inEngine(async (tx) => {
      await tx.execute(sql`SELECT set_config('app.erasing', 'on', true)`)
      await tx.execute(sql`DELETE FROM sign_ins`)
    })
    await expect(asIfErasing).rejects.toThrow()
    await asOwner(async (client) => {
      await expect(client.query(`UPDATE sign_ins SET outcome = 'signed_in'`)).rejects.toThrow('only ever added to')
      await expect(client.query('DELETE FROM sign_ins')).rejects.toThrow('only ever added to')
    })
  })

  it('is forgotten after 90 days, and not before', async () => {
    const [young, old] = [await aPerson('Young'), await aPerson('Old')]
    const age = (holder: HolderId, days: number) =>
      asOwner(async (client) => {
        await client.query(
          `INSERT INTO sign_ins (id, user_id, way, outcome, at, last_at, address, agent) VALUES (gen_random_uuid(), $1, 'password', 'refused', now() - make_interval(days => $2), now() - make_interval(days => $2), '', '')`,
          [uuidOf('user', holder.id), days],
        )
      })
    await age(young.holder, 89)
    await age(old.holder, 91)
    await inEngine(forgetOldSessions)
    expect(await seen(young.holder)).toHaveLength(1)
    expect(await seen(old.holder)).toEqual([])
  })

  it('of an organization’s members is seen at the desk: of nobody else’s, and of nobody who has left', async () => {
    const [team, others] = [await aPerson('Watched'), await aPerson('Others')]
    const [member] = team.members
    if (!member) throw new Error('no member')
    for (const { holder } of [team, others]) await noteSignIn(holder, { ...cameIn, address: anAddress() })
    await noteSignIn({ kind: 'person', id: member.userId }, { ...wrong, address: anAddress() })
    const emails = async () => (await inEngine((tx) => listMembersSignIns(tx, team.organization.id))).map(({ email }) => email).sort()
    expect(await emails()).toEqual([member.email, team.owner.email].sort())
    await asMember(team.owner, team.organization, (context) => removeMember(context, { organizationId: team.organization.id, memberId: member.id }))
    expect(await emails()).toEqual([team.owner.email])
  })
})

describe('somebody who is being erased', () => {
  it.each([
    { what: 'a sign-in', write: (id: UserId) => noteSignIn({ kind: 'person', id }, { ...wrong, address: anAddress() }), table: 'sign_ins' },
    {
      what: 'an open page',
      write: (userId: UserId) =>
        noteSession(
          { userId, session: crypto.randomUUID(), sessionVersion: 1, sealedAt: systemClock.now(), portal: null },
          { address: anAddress(), agent: FIREFOX },
        ),
      table: 'sessions',
    },
    {
      what: 'a passkey',
      write: (id: UserId) =>
        withPasskey({ kind: 'person', id, email: 'erased@example.com' }).then(
          () => {},
          () => {},
        ),
      table: 'passkeys',
    },
  ])('leaves no row by $what at the same moment', async ({ write, table }) => {
    const { organization, members } = await aPerson('Erased')
    const [member] = members
    if (!member) throw new Error('no member')
    await write(member.userId)
    await inEngine((tx) => removeMember({ tx, actor: 'operator' }, { organizationId: organization.id, memberId: member.id }))
    await asOwner(async (client) => {
      await client.query('BEGIN')
      await client.query('SELECT erase_person($1)', [uuidOf('user', member.userId)])
      const written = write(member.userId)
      await untilSomebodyWaits(client)
      await client.query('COMMIT')
      await written
      const { rowCount } = await client.query(`SELECT FROM ${table} WHERE user_id = $1`, [uuidOf('user', member.userId)])
      expect(rowCount).toBe(0)
    })
  })
})

it('somebody who is being erased is somebody new to an invitation at the same moment', async () => {
  const [team, other] = [await aPerson('Erased'), await aPerson('Inviting')]
  const [member] = team.members
  if (!member) throw new Error('no member')
  await inEngine((tx) => removeMember({ tx, actor: 'operator' }, { organizationId: team.organization.id, memberId: member.id }))
  await asOwner(async (client) => {
    await client.query('BEGIN')
    await client.query('SELECT erase_person($1)', [uuidOf('user', member.userId)])
    const wanted = { organizationId: other.organization.id, email: member.email, name: 'Somebody', role: 'member', invite: false } as const
    const added = inEngine((tx) => addMember({ tx, actor: 'operator' }, wanted))
    await untilSomebodyWaits(client)
    await client.query('COMMIT')
    const answer = await added
    if (!answer.ok) throw new Error(answer.error.code)
    expect(answer.value).toMatchObject({ email: member.email, name: 'Somebody' })
    expect(answer.value.userId).not.toBe(member.userId)
  })
})

async function untilSomebodyWaits(client: Client): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
    if (rowCount) return
  }
}
