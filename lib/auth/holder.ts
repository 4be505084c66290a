import type { OperatorId, UserId } from '../ids'

/** Whose second step it is. A person and an operator are never the same, even under one address (G85). */
export type Holder = { kind: 'person'; id: UserId; email: string } | { kind: 'operator'; id: OperatorId; email: string }
