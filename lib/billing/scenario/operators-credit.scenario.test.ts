import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { auditLog } from '@/db/schema'
import { minor } from '../../money'
import { instant } from '../../time'
import { adjustCredit } from '../commands/adjust-credit'
import { voidInvoice } from '../commands/repair-invoice'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

const give = (acme: Scenario, amount: bigint, expiresAt?: string) =>
  acme.step(() =>
    inEngine((tx) =>
      adjustCredit(
        { tx, actor: 'operator' },
        {
          organizationId: acme.organizationId,
          amount: minor(amount),
          reason: 'A kindness',
          expiresAt: expiresAt === undefined ? undefined : instant(expiresAt),
        },
      ),
    ),
  )

const ended = async ({ organizationId }: Scenario) =>
  (await inEngine((tx) => tx.select().from(auditLog).where(eq(auditLog.organizationId, organizationId)))).filter(
    ({ action }) => action === 'credit.grant_ended',
  )

describe('credit that an operator gives until a certain day', () => {
  it('is there until then, and what is left is taken back on the instant, once', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    expect(await give(acme, 5_00n, '2026-01-11T00:00:00Z')).toMatchObject({ ok: true })
    await acme.walkTo('2026-01-10T23:59:59Z')
    expect(await acme.credit()).toBe(5_00n)
    await acme.walkTo('2026-01-11T00:00:00Z')
    expect(await acme.credit()).toBe(0n)
    await acme.walkTo('2026-02-15T00:00:00Z')
    expect(await ended(acme)).toMatchObject([{ actor: 'system', after: { amount: '500', currency: 'usd' } }])
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', creditApplied: 0n })
  })

  it('pays an invoice before its end, and only the rest ends', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await give(acme, 15_00n, '2026-02-05T00:00:00Z')
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', creditApplied: 10_00n, amountDue: 0n })
    expect(await acme.credit()).toBe(5_00n)
    await acme.walkTo('2026-02-05T00:00:00Z')
    expect(await acme.credit()).toBe(0n)
  })

  it('that a void invoice gives back after its end ends again', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await give(acme, 3_00n, '2026-02-01T00:00:00Z')
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    const { id: documentId } = await acme.latestDocument()
    await acme.walkTo('2026-02-02T00:00:00Z')
    expect(await acme.credit()).toBe(0n)
    await acme.step(() => inEngine((tx) => voidInvoice({ tx, actor: 'operator' }, { organizationId: acme.organizationId, documentId, reason: 'A mistake' })))
    await acme.walkTo('2026-02-03T00:00:00Z')
    expect(await acme.credit()).toBe(0n)
  })

  it('does not end where none is named, and cannot end in the past', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    expect(await give(acme, 5_00n, '2026-01-01T00:00:00Z')).toMatchObject({ ok: false, error: { code: 'expires_at_past' } })
    await give(acme, 500_00n)
    await acme.walkTo('2027-01-15T00:00:00Z')
    expect(await ended(acme)).toEqual([])
  })
})
