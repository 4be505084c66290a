/** A page each, with the dialog open. */
export const DIALOG_NAMES = [
  'add-credit',
  'invite',
  'invite-without-right-to-owners',
  'member-last-owner',
  'member-by-the-seat',
  'member-without-right',
  'plan-without-a-quote',
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
