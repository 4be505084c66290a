import { describe, expect, it } from 'vitest'
import { tellsOfAttempt } from './attempt'

const refused = (refusalRef?: string) => ({ state: 'refused', reason: 'card_declined', remedy: 'retry_later', ...(refusalRef && { refusalRef }) }) as const
const asked = (url: string) => ({ state: 'needs_customer', url }) as const
const BANK = 'https://bank.example/1'

describe('what is read back tells of the attempt under way (C12)', () => {
  it.each([
    { why: 'another refusal than the one before it', confirmUrl: null, refusalRef: 'ch_1', observed: refused('ch_2'), tells: true },
    { why: 'the first refusal', confirmUrl: null, refusalRef: null, observed: refused('ch_1'), tells: true },
    { why: 'the refusal before it', confirmUrl: null, refusalRef: 'ch_1', observed: refused('ch_1'), tells: false },
    { why: 'a refusal without a name, which may be the one before it', confirmUrl: null, refusalRef: 'ch_1', observed: refused(), tells: false },
    { why: 'a refusal without a name, where the one before it had none either', confirmUrl: null, refusalRef: null, observed: refused(), tells: false },
    { why: 'what the customer has refused at their bank', confirmUrl: BANK, refusalRef: 'ch_1', observed: refused('ch_1'), tells: true },
    { why: 'the question of the bank before it', confirmUrl: BANK, refusalRef: null, observed: asked(BANK), tells: false },
    { why: 'another question of the bank', confirmUrl: BANK, refusalRef: null, observed: asked('https://bank.example/2'), tells: true },
    { why: 'a payment that nobody has confirmed', confirmUrl: null, refusalRef: null, observed: { state: 'open' } as const, tells: false },
    { why: 'a payment that was canceled', confirmUrl: null, refusalRef: 'ch_1', observed: { state: 'abandoned' } as const, tells: true },
  ])('$why: $tells', ({ confirmUrl, refusalRef, observed, tells }) => {
    expect(tellsOfAttempt({ confirmUrl, refusalRef }, observed)).toBe(tells)
  })
})
