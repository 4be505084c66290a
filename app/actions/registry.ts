import type { Permission } from '@/lib/auth/permissions'

/** Who may call an action: members with a permission, anybody who is signed in, anyone at all, or those at the operator's desk. */
export type Access = Permission | 'signed_in' | 'anyone' | 'operator' | 'operator_admin'

export type RegisteredAction = { access: Access }

const registered = new WeakMap<object, RegisteredAction>()

/** Called by `defineAction` and its siblings, so that an action cannot exist without saying who may call it. */
export function registerAction<Action extends object>(action: Action, entry: RegisteredAction): Action {
  registered.set(action, entry)
  return action
}

/** Null for a function that was not made by `defineAction`: the authorization test lets no such function be exported. */
export function findRegisteredAction(action: object): RegisteredAction | null {
  return registered.get(action) ?? null
}
