/** What a person is in one organization; `members.role` in the database. */
export const ROLES = ['owner', 'admin', 'billing', 'member'] as const
export type Role = (typeof ROLES)[number]

const EVERYONE = ROLES
const MONEY = ['owner', 'admin', 'billing'] as const
const MANAGERS = ['owner', 'admin'] as const
const OWNER = ['owner'] as const

/**
 * Who may do what (G84): the one list that pages, actions, the machine interface and their tests read.
 *
 * Someone without a permission still sees the control, disabled, with who can use it: `rolesAllowed` names them.
 */
export const PERMISSIONS = {
  'usage:read': EVERYONE,
  'plan:read': EVERYONE,

  'invoices:read': MONEY,
  'invoices:pay': MONEY,
  'payment:read': MONEY,
  'payment:write': MONEY,
  'billing_details:write': MONEY,

  'plan:write': MANAGERS,
  'credits:buy': MANAGERS,
  'spending:write': MANAGERS,
  'members:write': MANAGERS,
  'notifications:write': MANAGERS,
  'keys:write': MANAGERS,
  'activity:read': MANAGERS,
  'refunds:request': MANAGERS,

  'hard_limit:write': OWNER,
  'auto_recharge:write': OWNER,
  'organization:delete': OWNER,
  'organization:export': OWNER,
  'owners:write': OWNER,
  'sign_in:write': OWNER,

  'credit:contribute': ['owner', 'admin', 'member'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof PERMISSIONS

export function can(role: Role, permission: Permission): boolean {
  return rolesAllowed(permission).includes(role)
}

/** For "who can do it", beside a disabled control. */
export function rolesAllowed(permission: Permission): readonly Role[] {
  return PERMISSIONS[permission]
}

/** Whether someone of `role` may make another person `granted`: managers only, and nobody grants a role above their own (G84). */
export function mayGrant(role: Role, granted: Role): boolean {
  return can(role, 'members:write') && (granted !== 'owner' || can(role, 'owners:write'))
}
