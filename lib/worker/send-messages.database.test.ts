import { eq } from 'drizzle-orm'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { messages, organizations, users } from '../../db/schema'
import { sealInvitationToken } from '../auth/invitation-token'
import { createTeam, provideDatabase } from '../auth/testing/team'
import { tellBilling } from '../billing/commands/store/messages'
import type { MessagePayload } from '../billing/message-payloads'
import { type Mailer, openMailer } from '../notify/send-mail'
import { addMinutes, systemClock } from '../time'
import { minutesToNextTry } from './back-off'
import { sendDueMessages } from './send-messages'

provideDatabase()

type Received = { to: string[]; mail: ParsedMail }
let received: Received[]
/** What the mail server answers to a recipient: null takes it. */
let refusal: (address: string) => { code: number; message: string } | null
let server: SMTPServer
let mailer: Mailer

beforeEach(async () => {
  received = []
  refusal = () => null
  server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo({ address }, _session, callback) {
      const refused = refusal(address)
      callback(refused ? Object.assign(new Error(refused.message), { responseCode: refused.code }) : null)
    },
    onData(stream, { envelope }, callback) {
      simpleParser(stream).then((mail) => {
        received.push({ to: envelope.rcptTo.map(({ address }) => address), mail })
        callback()
      }, callback)
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the mail server has no port')
  mailer = openMailer({ smtpUrl: `smtp://127.0.0.1:${address.port}`, from: 'Example Billing <billing@example.com>' })
  await inEngine((tx) => tx.update(messages).set({ state: 'sent', nextTryAt: null }).where(eq(messages.state, 'queued')))
})

afterEach(async () => {
  mailer.close()
  await new Promise<void>((resolve) => server.close(resolve))
})

let facts = 0
async function queue(roles: Parameters<typeof createTeam>[1] = [], payload: Record<string, unknown> = {}) {
  const { organization, owner, members } = await createTeam('Mailed', roles)
  const worded: MessagePayload<'cancellation_scheduled'> = {
    organizationName: organization.name,
    organizationSlug: organization.slug,
    productId: 'api-calls',
    productName: 'API calls',
    planName: 'Basic',
    cancelAt: '2026-05-31T00:00:00Z',
  }
  const message = {
    organizationId: organization.id,
    kind: 'cancellation_scheduled',
    fact: `fact:${++facts}`,
    at: systemClock.now(),
    payload: { ...worded, ...payload },
  } as const
  await inEngine((tx) => tellBilling(tx, [message]))
  const rows = () => inEngine((tx) => tx.select().from(messages).where(eq(messages.organizationId, organization.id)))
  const makeDue = () => inEngine((tx) => tx.update(messages).set({ nextTryAt: systemClock.now() }).where(eq(messages.organizationId, organization.id)))
  return { organization, owner, members, message, rows, makeDue }
}

describe('sending what is due', () => {
  it('delivers HTML and text to owners, admins and billing managers, never to members (G84)', async () => {
    const { owner, members, rows } = await queue(['admin', 'billing', 'member'])
    expect(await sendDueMessages(mailer)).toEqual({ sent: 3, postponed: 0, failed: 0 })

    const [admin, billing] = members
    expect(received.flatMap(({ to }) => to).sort()).toEqual([owner.email, admin?.email, billing?.email].sort())
    const { mail } = received[0] as Received
    expect(mail.from?.text).toBe('"Example Billing" <billing@example.com>')
    expect(mail.subject).toBe('Mailed: Basic ends on 31 May 2026, 00:00 UTC')
    expect(mail.text).toContain('Access until: 31 May 2026, 00:00 UTC')
    expect(mail.html).toContain('<h1')
    for (const row of await rows()) expect(row).toMatchObject({ state: 'sent', tries: 1, nextTryAt: null, error: null })
    expect((await rows())[0]?.sentAt).not.toBeNull()
  })

  it('makes no header, no recipient and no markup of what stands in a name', async () => {
    const hostile = 'Basic\r\nBcc: stranger@example.com\r\n\r\n<img src=x onerror=alert(1)>'
    const { owner } = await queue([], { planName: hostile, organizationName: hostile })
    await sendDueMessages(mailer)
    const [{ to, mail }] = received as [Received]
    expect(to).toEqual([owner.email])
    expect(mail.headers.has('bcc')).toBe(false)
    expect(mail.subject).not.toMatch(/[\r\n]/)
    expect(mail.html).not.toContain('<img src=x')
  })

  it('is read in the person’s own language, else in their organization’s', async () => {
    const { organization, owner, members, makeDue } = await queue(['admin', 'billing'])
    const [admin, billing] = members
    await inEngine((tx) => tx.update(organizations).set({ language: 'de' }).where(eq(organizations.id, organization.id)))
    await inEngine((tx) =>
      tx
        .update(users)
        .set({ locale: 'ja' })
        .where(eq(users.email, admin?.email ?? '')),
    )
    await inEngine((tx) =>
      tx
        .update(users)
        .set({ locale: 'en' })
        .where(eq(users.email, billing?.email ?? '')),
    )
    await makeDue()
    await sendDueMessages(mailer)
    const subjectTo = (email = '') => received.find(({ to }) => to.includes(email))?.mail.subject
    expect(subjectTo(owner.email)).toBe('Mailed: Basic endet am 31. Mai 2026 um 00:00 UTC')
    expect(subjectTo(admin?.email)).toContain('2026年5月31日')
    expect(subjectTo(billing?.email)).toBe('Mailed: Basic ends on 31 May 2026, 00:00 UTC')
  })

  it('tells one fact once to each, however often it is queued', async () => {
    const { message } = await queue()
    await inEngine((tx) => tellBilling(tx, [message, message]))
    await sendDueMessages(mailer)
    await sendDueMessages(mailer)
    expect(received).toHaveLength(1)
  })

  it('sends each message once where several workers run', async () => {
    await queue(['admin', 'admin', 'admin', 'billing', 'billing'])
    const outcomes = await Promise.all([sendDueMessages(mailer), sendDueMessages(mailer), sendDueMessages(mailer)])
    expect(outcomes.reduce((sum, { sent }) => sum + sent, 0)).toBe(6)
    expect(received).toHaveLength(6)
  })

  it('keeps the same message id over its tries, so that a mail box can tell a repetition', async () => {
    const { rows, makeDue } = await queue()
    await sendDueMessages(mailer)
    // As after a worker that died between the mail server's "OK" and writing it down.
    await inEngine((tx) => tx.update(messages).set({ state: 'queued' }).where(eq(messages.state, 'sent')))
    await makeDue()
    await sendDueMessages(mailer)
    const ids = received.map(({ mail }) => mail.messageId)
    expect(ids).toEqual([`<${(await rows())[0]?.id}@localhost>`, ids[0]])
  })

  it('forgets the link of an invitation once it is on its way', async () => {
    const { organization } = await queue()
    const payload: MessagePayload<'invitation'> = {
      organizationName: 'Mailed',
      organizationSlug: 'mailed',
      invitedBy: 'Ada',
      role: 'member',
      expiresAt: '2026-05-31T00:00:00Z',
      sealedToken: sealInvitationToken('the-token'),
    }
    await inEngine((tx) => tellBilling(tx, [{ organizationId: organization.id, kind: 'invitation', fact: 'invited', at: systemClock.now(), payload }]))
    await sendDueMessages(mailer)
    expect(received.some(({ mail }) => mail.text?.includes('http://localhost:3000/invitation/the-token'))).toBe(true)
    const [row] = await inEngine((tx) => tx.select().from(messages).where(eq(messages.fact, 'invited')))
    expect(row?.payload).not.toHaveProperty('sealedToken')
    expect(row?.payload).toHaveProperty('invitedBy', 'Ada')
  })
})

describe('a mail that does not get through', () => {
  it('is tried again after a minute, then less and less often, and is given up after three days', () => {
    const steps: (number | null)[] = []
    for (let tries = 1; steps.at(-1) !== null; tries++) steps.push(minutesToNextTry(tries))
    expect(steps.slice(0, 6)).toEqual([1, 5, 30, 120, 360, 360])
    const days = steps.reduce<number>((sum, minutes) => sum + (minutes ?? 0), 0) / (24 * 60)
    expect(days).toBeGreaterThan(2.5)
    expect(days).toBeLessThanOrEqual(3)
  })

  it('waits for its next try and is not sent before', async () => {
    refusal = () => ({ code: 451, message: 'Come back later' })
    const { rows } = await queue()
    const before = systemClock.now()
    expect(await sendDueMessages(mailer)).toEqual({ sent: 0, postponed: 1, failed: 0 })
    const [row] = await rows()
    expect(row).toMatchObject({ state: 'queued', tries: 1 })
    expect(row?.error).toContain('Come back later')
    const wait = ((row?.nextTryAt?.epochMilliseconds ?? 0) - before.epochMilliseconds) / 60_000
    expect(wait).toBeGreaterThanOrEqual(0.99)
    expect(wait).toBeLessThan(1.5)
    expect(await sendDueMessages(mailer)).toEqual({ sent: 0, postponed: 0, failed: 0 })
  })

  it('gets through when the mail server is back', async () => {
    refusal = () => ({ code: 421, message: 'Closing' })
    const { rows, makeDue } = await queue()
    await sendDueMessages(mailer)
    refusal = () => null
    await makeDue()
    expect(await sendDueMessages(mailer)).toEqual({ sent: 1, postponed: 0, failed: 0 })
    expect((await rows())[0]).toMatchObject({ state: 'sent', tries: 2, error: null })
  })

  it('is given up at once where the address takes no mail, and holds nobody else back', async () => {
    const {
      owner,
      members: [admin],
      rows,
    } = await queue(['admin'])
    refusal = (address) => (address === owner.email ? { code: 550, message: 'No such mailbox' } : null)
    expect(await sendDueMessages(mailer)).toEqual({ sent: 1, postponed: 0, failed: 1 })
    expect(received.map(({ to }) => to)).toEqual([[admin?.email]])
    expect((await rows()).find(({ recipient }) => recipient === owner.email)).toMatchObject({ state: 'failed', nextTryAt: null })
  })

  it('is given up on its last try', async () => {
    refusal = () => ({ code: 451, message: 'Still not' })
    const { rows, organization, makeDue } = await queue()
    await inEngine((tx) => tx.update(messages).set({ tries: 15 }).where(eq(messages.organizationId, organization.id)))
    await makeDue()
    expect(await sendDueMessages(mailer)).toEqual({ sent: 0, postponed: 0, failed: 1 })
    expect((await rows())[0]).toMatchObject({ state: 'failed', tries: 16, nextTryAt: null })
  })

  it('is postponed where there is no mail server, within seconds and without a lock on its row', async () => {
    const { rows } = await queue()
    const nobody = openMailer({ smtpUrl: 'smtp://127.0.0.1:1', from: 'x@example.com' })
    const start = performance.now()
    expect(await sendDueMessages(nobody)).toEqual({ sent: 0, postponed: 1, failed: 0 })
    nobody.close()
    expect(performance.now() - start).toBeLessThan(9_000)
    expect((await rows())[0]?.nextTryAt?.epochMilliseconds).toBeLessThan(addMinutes(systemClock.now(), 2).epochMilliseconds)
  })

  it('does not hold its row while the mail server thinks', async () => {
    let answer = () => {}
    const asked = new Promise<void>((resolve) => {
      refusal = () => {
        resolve()
        return null
      }
    })
    server.options.onData = (stream, _session, callback) => {
      stream.resume()
      answer = callback
    }
    const { makeDue, rows } = await queue()
    const sending = sendDueMessages(mailer)
    await asked
    await makeDue() // Would wait for ever behind a lock.
    expect(await rows()).toHaveLength(1)
    await new Promise((resolve) => setTimeout(resolve, 200))
    answer()
    await sending
  })

  it('whose payload lacks something is a bug: failed for the operator to see, never mailed half', async () => {
    const { rows } = await queue([], { planName: undefined })
    expect(await sendDueMessages(mailer)).toEqual({ sent: 0, postponed: 0, failed: 1 })
    expect(received).toEqual([])
    const [row] = await rows()
    expect(row?.state).toBe('failed')
    expect(row?.error).toContain('planName')
  })
})
