import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTranslator } from 'next-intl'
import { describe, expect, it } from 'vitest'
import { messages } from '@/components/messages/en'
import { ACTIVITY_ACTIONS, type ActivityEntryView } from '@/lib/billing/views/activity-feed'
import { kindOfAction } from '@/lib/billing/views/activity-filter'
import { newId } from '@/lib/ids'
import { minor } from '@/lib/money'
import { isEventType } from '@/lib/webhooks/event-types'
import { wordActivity, wordActor, wordChanges } from './word-activity'

const t = createTranslator({ locale: 'en', messages, namespace: 'activity' }) as unknown as Parameters<typeof wordActivity>[0]

const entry = (facts: Partial<ActivityEntryView> = {}): ActivityEntryView => ({
  id: newId('aud'),
  at: '2026-05-06T00:00:00Z',
  actor: { kind: 'member', name: 'Ada' },
  action: 'subscription.changed',
  name: 'subscription.changed',
  facts: {
    product: 'API calls',
    fromPlan: 'Basic',
    toPlan: 'Pro',
    at: '2026-05-31T00:00:00Z',
    reason: null,
    planName: null,
    label: 'Finance export',
    hint: 'x7Qa',
    url: 'https://example.com/hooks',
    changes: [],
    document: { id: newId('inv'), number: 'INV-000042' },
    amount: minor(13_33n),
    currency: 'usd',
    card: { brand: 'visa', last4: '4242' },
    person: 'Mika',
    fromRole: 'member',
    toRole: 'billing',
  },
  ...facts,
})

const BARE = {
  product: null,
  fromPlan: null,
  toPlan: null,
  at: null,
  reason: null,
  planName: null,
  label: null,
  hint: null,
  url: null,
  changes: [],
  document: null,
  amount: null,
  currency: 'usd',
  card: null,
  person: null,
  fromRole: null,
  toRole: null,
}

function sourcesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((file) => {
    const path = join(directory, file.name)
    if (file.isDirectory()) return sourcesIn(path)
    return file.name.endsWith('.ts') && !file.name.includes('.test.') ? [readFileSync(path, 'utf8')] : []
  })
}

describe('wordActivity', () => {
  it.each([
    { action: 'subscription.changed', words: 'Changed API calls from Basic to Pro' },
    { action: 'subscription.change_scheduled', words: 'Chose Pro for API calls from May 31, 2026, 00:00 UTC' },
    { action: 'invoice.paid', words: 'Paid INV-000042, $13.33' },
    { action: 'member.role_changed', words: 'Changed the role of Mika from member to billing manager' },
    { action: 'webhook_endpoint.disabled', words: 'Switched off the webhook endpoint https://example.com/hooks' },
    { action: 'key.revoked', words: 'Revoked the API key Finance export, which ends with x7Qa' },
    { action: 'payment_method.updated', words: 'Saved a card: Visa ending in 4242' },
  ] as const)('words $action', ({ action, words }) => {
    expect(wordActivity(t, entry({ action, name: action }), 'en')).toBe(words)
  })

  it('says why a plan was lost', () => {
    const lost = entry({ action: 'subscription.ended' })
    expect(wordActivity(t, { ...lost, facts: { ...lost.facts, toPlan: 'Free', reason: 'payment_failed' } }, 'en')).toBe(
      'API calls moved from Basic to Free because its payment failed',
    )
  })

  it.each(ACTIVITY_ACTIONS)('has words for %s, all facts known or none', (action) => {
    for (const facts of [entry().facts, BARE]) {
      const words = wordActivity(t, entry({ action, facts }), 'en')
      expect(words).not.toMatch(/[{}]|activity\.|undefined|null/)
      expect(words.length).toBeGreaterThan(8)
    }
  })

  it('knows every action that the product writes', () => {
    const sources = sourcesIn('lib').filter((source) => source.includes('recordAudit'))
    const written = sources.flatMap((source) =>
      [
        ...source.matchAll(
          /'((?:subscription|invoice|payment|payment_method|member|organization|credit|plan|channel|notifications|limits|limit_request|key)\.[a-z_]+)'/g,
        ),
      ].map((match) => match[1]),
    )
    expect(written.length).toBeGreaterThan(20)
    expect([...new Set(written)].filter((action) => !ACTIVITY_ACTIONS.some((known) => known === action) && !isEventType(String(action)))).toEqual([])
  })

  it('tells what was another before, with money and numbers as they are read', () => {
    const changes = [
      { field: 'cap', from: null, to: { kind: 'money', amount: minor(25_00n) } },
      { field: 'hard_limit', from: { kind: 'units', units: 12_000n }, to: { kind: 'units', units: 15_000n } },
      { field: 'pay_as_you_go', from: { kind: 'flag', on: false }, to: { kind: 'flag', on: true } },
    ] as const
    expect(wordChanges(t, entry({ facts: { ...BARE, changes } }), 'en')).toEqual([
      'Cap: not set → $25.00',
      'Hard limit: 12,000 → 15,000',
      'Pay-as-you-go: off → on',
    ])
  })

  it.each(ACTIVITY_ACTIONS)('%s is found by what it is about', (action) => {
    expect(kindOfAction(action)).not.toBeNull()
  })

  it.each([
    { actor: { kind: 'member', name: 'Ada' }, words: 'Ada' },
    { actor: { kind: 'member', name: null }, words: 'A former member' },
    { actor: { kind: 'operator' }, words: 'Support' },
    { actor: { kind: 'system' }, words: 'Automatic' },
  ] as const)('names who did it: $words', ({ actor, words }) => {
    expect(wordActor(t, entry({ actor }))).toBe(words)
  })
})
