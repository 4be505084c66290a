export type UsageReport = {
  /** Headroom's id of it, or `ext:` and yours. */
  organization: string
  meter: string
  quantity: number
  /** Unique in the organization; a repeat counts once. Left out: one that grows with time. */
  id?: string
  /** ISO 8601. Left out: when it was reported here. Null: when it is received, for an organization on a test clock, which has a time of its own. */
  timestamp?: string | null
  /** A label that usage is told apart by, such as your customer's API key. */
  key?: string | null
  properties?: Record<string, string | number | boolean | null>
}

export type UsageEvent = Omit<UsageReport, 'timestamp'> & { id: string; timestamp?: string }

/** What the server will not take however often it is sent. It is yours to keep: nobody else has it. */
export type RefusedUsage =
  | { type: 'event'; event: UsageEvent; code: string; message: string }
  | { type: 'lease'; lease: string; used: number; status: number; problem: Record<string, unknown> }
