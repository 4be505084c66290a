export const errors = {
  notFoundTitle: 'This page does not exist',
  notFoundBody: 'The address may be mistyped, or you may no longer be a member of the organization it belongs to.',
  notFoundAction: 'Go to your overview',
  errorTitle: 'This page could not be loaded',
  errorBody: 'The fault is ours. Nothing was charged or changed by opening this page. Try again, and if it stays, give your administrator this reference.',
  errorReference: 'Reference',
  retry: 'Try again',
  home: 'Go to your overview',
  sectionTitle: '{section} could not be loaded',
  sectionBody: 'The rest of this page is up to date.',
} as const
