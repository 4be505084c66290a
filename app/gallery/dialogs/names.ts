/** Of the dialog that puts a price on a plan, by what it was answered. */
export const QUOTED_NAMES = [
  'plan-loading',
  'plan-upgrade',
  'plan-with-credit',
  'plan-downgrade',
  'plan-at-the-renewal',
  'plan-new-period',
  'plan-refused',
  'plan-not-quoted',
  'plan-first',
  'plan-trial',
  'plan-new-year',
  'plan-many-lines',
] as const

export type QuotedName = (typeof QUOTED_NAMES)[number]

/** A page each, with the dialog open. */
export const DIALOG_NAMES = [
  'add-credit',
  'add-credit-chosen',
  'add-credit-from-account',
  'add-credit-out-of-range',
  'invite',
  'invite-without-right-to-owners',
  'member-last-owner',
  'member-by-the-seat',
  'member-without-right',
  ...QUOTED_NAMES,
  'cancel-plan',
  'cancel-prepaid',
  'refund',
  'create-key',
  'revoke-key',
  'secret',
  'new-endpoint',
  'endpoint',
  'delete-endpoint',
  'rotate-secret',
  'new-channel',
  'channel',
  'remove-channel',
  'close-organization',
] as const

export type DialogName = (typeof DIALOG_NAMES)[number]
