import { createTransport } from 'nodemailer'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@/db/testing'
import { type SandboxMailbox, startSandboxMailbox } from './sandbox-mailbox'

let database: TestDatabase
let mailbox: SandboxMailbox
let owner: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  mailbox = await startSandboxMailbox({ databaseUrl: database.engineUrl })
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
})
afterAll(async () => {
  await owner.end()
  await mailbox.stop()
  await database.drop()
})

const kept = async () => (await owner.query('select sender, recipients, subject, text, html from sandbox_mails order by id')).rows

describe('the built-in mailbox', () => {
  it('keeps what real SMTP brings, with all its recipients and both bodies', async () => {
    const transport = createTransport(mailbox.url)
    await transport.sendMail({
      from: 'Headroom <billing@example.com>',
      to: 'ada@example.com',
      bcc: 'grace@example.com',
      subject: 'You have used 80 % — Überblick',
      text: 'At 100 % your requests stop.',
      html: '<p>At <b>100 %</b> your requests stop.</p>',
    })
    transport.close()
    expect(await kept()).toEqual([
      {
        sender: 'billing@example.com',
        recipients: ['ada@example.com', 'grace@example.com'],
        subject: 'You have used 80 % — Überblick',
        text: 'At 100 % your requests stop.',
        html: '<p>At <b>100 %</b> your requests stop.</p>',
      },
    ])
  })

  it('tells the sender to try again where a mail could not be kept', async () => {
    await owner.query('alter table sandbox_mails rename to sandbox_mails_gone')
    const transport = createTransport(mailbox.url)
    await expect(transport.sendMail({ from: 'a@example.com', to: 'b@example.com', text: 'x' })).rejects.toMatchObject({ responseCode: 451 })
    transport.close()
    await owner.query('alter table sandbox_mails_gone rename to sandbox_mails')
  })

  it('listens on this machine only', () => {
    expect(new URL(mailbox.url).hostname).toBe('127.0.0.1')
  })
})
