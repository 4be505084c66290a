/** What the desk's frame and its entrance say in the browser. */
export const deskShell = {
  badge: 'Operator',
  navigation: 'Operator’s desk',
  waiting: 'waiting',
  role: { admin: 'Admin', support: 'Support: reads only' },
  section: {
    organizations: 'Organizations',
    requests: 'Requests',
    catalog: 'Catalog',
    books: 'Books',
    health: 'Health',
    clocks: 'Test clocks',
    keys: 'API keys',
    operators: 'Operators',
  },
  link: {
    title: 'Choose a password',
    lead: 'You will sign in to the operator’s desk as {email}.',
    password: 'Password',
    hint: 'At least {minimum} characters. A sentence that you remember is best.',
    short: 'Use at least {minimum} characters.',
    long: 'Use at most {maximum} characters.',
    submit: 'Save and open the desk',
    closed: 'This link has ended. It works once, and for 15 minutes. Ask an admin for another, or make one on the server.',
    unavailable: 'This is not possible right now. Nothing has changed. Try again in a moment.',
    toSignIn: 'Go to sign-in',
  },
} as const
