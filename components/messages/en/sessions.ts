/** Where one is signed in. */
export const sessions = {
  you: 'this browser',
  device: '{browser} on {system}',
  unknownBrowser: 'An unknown browser',
  unknownAddress: 'an unknown address',
  facts: 'Since {since}, last used {seen}, from {address}',
  list: 'Your sessions',
  end: 'End',
  endNamed: 'End the session in {device}, since {since}',
  endOthers: 'End all other sessions',
  ended: 'The session was ended.',
  othersEnded: 'All other sessions were ended.',
  unavailable: 'This could not be done right now. Reload the page and try again.',
  deskTitle: 'Where you sit at the desk',
  deskHint: 'A session ends after {minutes} minutes unused, and after {hours} hours.',
} as const
