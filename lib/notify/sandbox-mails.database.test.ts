import { describe, expect, it } from 'vitest'
import { inEngine, inWeb } from '../../db/client'
import { installation, sandboxMails } from '../../db/schema'
import { provideDatabase } from '../auth/testing/team'
import { newId, uuidOf } from '../ids'
import { instant } from '../time'
import { findSandboxMail, isSandbox, listSandboxMails } from './sandbox-mails'

provideDatabase()

describe('the mailbox page', () => {
  it('is not there before anything is set up', async () => {
    expect(await inWeb({}, isSandbox)).toBe(false)
  })

  it('lists the newest first, page by page, and finds one by its id', async () => {
    const ids = Array.from({ length: 51 }, () => newId('mail'))
    await inEngine((tx) =>
      tx.insert(sandboxMails).values(
        ids.map((id, index) => ({
          id: uuidOf('mail', id),
          sender: 'billing@headroom.example',
          recipients: ['ada@example.com'],
          subject: `Mail ${index}`,
          text: 'Hello',
          html: index === 0 ? null : '<p>Hello</p>',
          receivedAt: instant('2026-05-01T00:00:00Z'),
        })),
      ),
    )
    const first = await inWeb({}, (tx) => listSandboxMails(tx, null))
    expect(first.items).toHaveLength(50)
    expect(first.items[0]).toEqual({
      id: ids[50],
      sender: 'billing@headroom.example',
      recipients: ['ada@example.com'],
      subject: 'Mail 50',
      receivedAt: '2026-05-01T00:00:00Z',
    })
    const second = await inWeb({}, (tx) => listSandboxMails(tx, first.next))
    expect(second.items.map(({ id }) => id)).toEqual([ids[0]])
    expect(second.next).toBeNull()
    expect(await inWeb({}, (tx) => findSandboxMail(tx, ids[0] ?? newId('mail')))).toMatchObject({ subject: 'Mail 0', text: 'Hello', html: null })
    expect(await inWeb({}, (tx) => findSandboxMail(tx, newId('mail')))).toBeNull()
  })

  it.each([
    { mode: 'sandbox' as const, is: true },
    { mode: 'test' as const, is: false },
    { mode: 'live' as const, is: false },
  ])('is there with $mode payments: $is', async ({ mode, is }) => {
    await inEngine((tx) =>
      tx
        .insert(installation)
        .values({ id: 1, paymentsMode: mode })
        .onConflictDoUpdate({ target: installation.id, set: { paymentsMode: mode } }),
    )
    expect(await inWeb({}, isSandbox)).toBe(is)
  })
})
