/** To one person as themselves. */
export const account = {
  invitation: {
    subject: '{inviter} invites you to {organization}',
    subjectUnnamed: 'You are invited to {organization}',
    heading: 'Join {organization}',
    body: '{inviter} invites you to join {organization} as {role}.',
    bodyUnnamed: 'You are invited to join {organization} as {role}.',
    once: 'The link works once, until {at}. If you do not expect it, ignore this mail; nothing happens.',
    action: 'Accept invitation',
  },
  roles: { owner: 'an owner', admin: 'an admin', billing: 'a billing manager', member: 'a member' },
  passwordReset: {
    subject: 'Choose a new password',
    heading: 'Choose a new password',
    body: 'Somebody asked for a new password for {email}. If it was not you, ignore this mail: your password stays as it is.',
    once: 'The link works once, until {at}. Choosing a new password signs you out everywhere else.',
    action: 'Choose a new password',
  },
  magicLink: {
    subject: 'Your link to sign in to {brand}',
    heading: 'Sign in to {brand}',
    body: 'Somebody asked for a link to sign in as {email}. If it was not you, ignore this mail; without the link nobody gets in.',
    once: 'The link works once, until {at}. Never pass it on: whoever opens it is signed in as you.',
    action: 'Sign in',
  },
  secondStep: {
    subject: {
      turned_on: 'Two-step sign-in is on',
      turned_off: 'Two-step sign-in is off',
      codes_renewed: 'You have new recovery codes',
      recovery_code_used: 'A recovery code was used',
      taken_off: 'Two-step sign-in was taken off',
    },
    body: {
      turned_on: 'Signing in as {email} now also takes a code from your phone. You were signed out everywhere else.',
      turned_off: 'Signing in as {email} takes no code from your phone any more.',
      codes_renewed: 'New recovery codes were made for {email}. The earlier ones get nobody in any more.',
      recovery_code_used: 'Somebody used a recovery code of {email} in place of a code from the phone. It works no more.',
      taken_off: 'An operator took the second step off for {email}, as for a lost phone. Set it up again when you are in.',
    },
    notYou: 'If this was not you, choose another password at once, end every session in the settings, and write to us.',
    action: 'Open the settings',
  },
} as const
