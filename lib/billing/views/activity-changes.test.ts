import { describe, expect, it } from 'vitest'
import { minor } from '../../money'
import { activityChanges } from './activity-changes'

describe('activityChanges', () => {
  it.each([
    {
      why: 'a cap is money, a limit is units, and what stays is left out',
      action: 'limits.updated',
      before: { hard_limit: '12000', pay_as_you_go: false, cap: null, auto_renew: false },
      after: { hard_limit: '15000', pay_as_you_go: true, cap: '2500', auto_renew: false },
      changes: [
        { field: 'hard_limit', from: { kind: 'units', units: 12_000n }, to: { kind: 'units', units: 15_000n } },
        { field: 'pay_as_you_go', from: { kind: 'flag', on: false }, to: { kind: 'flag', on: true } },
        { field: 'cap', from: null, to: { kind: 'money', amount: minor(25_00) } },
      ],
    },
    {
      why: 'a trust tier is a number, a name is text, a reason is no change',
      action: 'organization.updated',
      before: { name: 'Acme', trustTier: 1 },
      after: { name: 'Acme, Inc.', trustTier: 2, reason: 'a long customer' },
      changes: [
        { field: 'name', from: { kind: 'text', text: 'Acme' }, to: { kind: 'text', text: 'Acme, Inc.' } },
        { field: 'trustTier', from: { kind: 'units', units: 1n }, to: { kind: 'units', units: 2n } },
      ],
    },
    { why: 'what its sentence tells is not told again', action: 'invoice.paid', before: null, after: { amount: '1333' }, changes: [] },
    { why: 'an entry of another version', action: 'limits.updated', before: null, after: { hard_limit: {}, cap: 'many' }, changes: [] },
  ])('$why', ({ action, before, after, changes }) => {
    expect(activityChanges(action, before, after)).toEqual(changes)
  })
})
