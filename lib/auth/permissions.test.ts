import { describe, expect, it } from 'vitest'
import { can, mayGrant, PERMISSIONS, type Permission, ROLES, rolesAllowed } from './permissions'

// Written out a second time, by hand from G84, so that a slip in the constant does not pass as its own proof.
const TABLE: Record<Permission, string> = {
  'usage:read': 'owner admin billing member',
  'plan:read': 'owner admin billing member',
  'invoices:read': 'owner admin billing',
  'invoices:pay': 'owner admin billing',
  'payment:read': 'owner admin billing',
  'payment:write': 'owner admin billing',
  'billing_details:write': 'owner admin billing',
  'plan:write': 'owner admin',
  'credits:buy': 'owner admin',
  'spending:write': 'owner admin',
  'members:write': 'owner admin',
  'notifications:write': 'owner admin',
  'keys:write': 'owner admin',
  'activity:read': 'owner admin',
  'refunds:request': 'owner admin',
  'hard_limit:write': 'owner',
  'auto_recharge:write': 'owner',
  'organization:delete': 'owner',
  'organization:export': 'owner',
  'owners:write': 'owner',
  'sign_in:write': 'owner',
  'credit:contribute': 'owner admin member',
}

const cells = (Object.keys(PERMISSIONS) as Permission[]).flatMap((permission) =>
  ROLES.map((role) => ({ role, permission, allowed: TABLE[permission].split(' ').includes(role) })),
)

describe('permissions (G84)', () => {
  it('covers every permission of the specification and no other', () => {
    expect(Object.keys(PERMISSIONS).sort()).toEqual(Object.keys(TABLE).sort())
    expect(cells).toHaveLength(22 * 4)
  })

  it.each(cells)('$role, $permission: $allowed', ({ role, permission, allowed }) => {
    expect(can(role, permission)).toBe(allowed)
  })

  it('names who can do what someone else may not', () => {
    expect(rolesAllowed('hard_limit:write')).toEqual(['owner'])
  })
})

describe('mayGrant', () => {
  it.each([
    { role: 'owner', may: 'owner admin billing member' },
    { role: 'admin', may: 'admin billing member' },
    { role: 'billing', may: '' },
    { role: 'member', may: '' },
  ] as const)('$role may make somebody: $may', ({ role, may }) => {
    expect(ROLES.filter((granted) => mayGrant(role, granted)).join(' ')).toBe(may)
  })
})
