/** How somebody signed in of late. */
export const signIns = {
  title: 'Recent sign-ins',
  hint: 'The last {count}, and tries that failed. If one of them was not you, choose another password and end your other sessions.',
  desk: 'How members of this organization signed in of late, here or in another one of theirs.',
  list: 'Recent sign-ins',
  none: 'Nobody has signed in yet.',
  firstStep: 'First of two steps',
  refused: 'Failed',
  facts: '{at}, {browser}, from {address}',
  times: '{times, plural, one {Once} other {# times}} since {since}',
  way: {
    password: 'Password',
    link: 'Link by mail',
    new_password: 'New password chosen',
    invitation: 'Invitation',
    passkey: 'Passkey',
    code: 'Second step',
    portal: 'Sent over by the product',
    identity: 'Account elsewhere',
  },
} as const
