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
} as const
