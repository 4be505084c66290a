export const errors = {
  notFoundTitle: 'There is nothing at this address',
  notFoundBody: 'It may be mistyped, or it belongs to an organization that you are not a member of.',
  pageTitle: 'This page could not be loaded',
  pageBody: 'The fault is on our side, and opening this page has changed nothing. Try again; if it stays, give this reference to whoever runs this service.',
  reference: 'Reference',
  retry: 'Try again',
  home: 'Go to your overview',
  sectionTitle: '{section} could not be loaded',
  sectionBody: 'The rest of this page is as it should be.',
} as const
