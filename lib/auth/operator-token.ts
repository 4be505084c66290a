import { createHash, randomBytes } from 'node:crypto'

/** A desk that nobody sits at closes by itself; whoever works all day signs in again the next. */
export const OPERATOR_IDLE_MINUTES = 30
export const OPERATOR_SESSION_HOURS = 12

const TOKEN_BYTES = 32

/** What a cookie holds. The database keeps its hash, so that whoever reads it cannot become an operator. */
export const newOperatorToken = () => randomBytes(TOKEN_BYTES).toString('base64url')
export const hashOperatorToken = (token: string) => createHash('sha256').update(token).digest('base64url')
