import { type MinorUnits, minor } from '../../money'

/** One thing that was another before; null: not set. Amounts are in the organization's currency. */
export type ActivityChange = { field: ChangedField; from: ChangedValue | null; to: ChangedValue | null }
export type ChangedValue =
  | { kind: 'money'; amount: MinorUnits }
  | { kind: 'units'; units: bigint }
  | { kind: 'flag'; on: boolean }
  | { kind: 'text'; text: string }

type Reader = (value: unknown) => ChangedValue | null

const whole = (value: unknown): bigint | null =>
  (typeof value === 'string' && /^-?\d+$/.test(value)) || Number.isSafeInteger(value) ? BigInt(value as string | number) : null
const money: Reader = (value) => {
  const amount = whole(value)
  return amount === null ? null : { kind: 'money', amount: minor(amount) }
}
const units: Reader = (value) => {
  const count = whole(value)
  return count === null ? null : { kind: 'units', units: count }
}
const flag: Reader = (value) => (typeof value === 'boolean' ? { kind: 'flag', on: value } : null)
const text: Reader = (value) => {
  if (Array.isArray(value)) return value.length === 0 ? null : { kind: 'text', text: value.map(String).join(', ') }
  return typeof value === 'string' && value !== '' ? { kind: 'text', text: value } : null
}

/** What has words of its own in an entry's sentence (plan, role, amount) is not told again. */
const FIELDS = {
  hard_limit: units,
  pay_as_you_go: flag,
  cap: money,
  auto_upgrade: flag,
  auto_renew: flag,
  enabled: flag,
  threshold: money,
  amount: money,
  monthly_limit: money,
  name: text,
  country: text,
  externalId: text,
  trustTier: units,
  url: text,
  events: text,
  description: text,
} as const satisfies Record<string, Reader>

export type ChangedField = keyof typeof FIELDS

/** Actions that say what they changed field by field. */
const TOLD_BY_FIELD = new Set(['limits.updated', 'credit.recharge_set', 'organization.updated', 'webhook_endpoint.updated'])

type Facts = Record<string, unknown> | null

export function activityChanges(action: string, before: Facts, after: Facts): ActivityChange[] {
  if (!TOLD_BY_FIELD.has(action)) return []
  return (Object.keys(FIELDS) as ChangedField[]).flatMap((field) => {
    const [was, is] = [before?.[field] ?? null, after?.[field] ?? null]
    if (JSON.stringify(was) === JSON.stringify(is)) return []
    const [from, to] = [FIELDS[field](was), FIELDS[field](is)]
    return from === null && to === null ? [] : [{ field, from, to }]
  })
}
