import type { OperatorId, UserId } from '../ids'

/** Whose second step it is. A person and an operator are never the same, even under one address (G85). */
export type HolderId = { kind: 'person'; id: UserId } | { kind: 'operator'; id: OperatorId }

export type Holder = HolderId & { email: string }
