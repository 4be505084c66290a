/** Credit that was bought, by hand or by itself, and what becomes of it. */
export const credit = {
  rechargeDone: {
    subject: '{organization}: {amount} of credit was bought',
    heading: 'Auto-recharge has bought {amount} of credit',
    body: 'The balance had fallen below the threshold that you have set. There is nothing for you to do.',
    bought: 'Bought',
    balance: 'Balance with it',
  },
  rechargeFailed: {
    subject: '{organization}: auto-recharge of {amount} failed',
    heading: 'Auto-recharge could not buy {amount} of credit',
    body: 'Nothing was charged, and the invoice is void. When the balance is used up, requests are refused.',
    next: 'It is tried again with the next request that uses credit. After three failures in a row it turns itself off.',
    failures: 'Failures in a row',
  },
  rechargeOff: {
    subject: '{organization}: auto-recharge is off',
    heading: 'Auto-recharge has turned itself off after {failures} failures in a row',
    body: 'No more credit is bought by itself. Update the payment method, and then turn auto-recharge on again or buy credit by hand.',
    action: 'Turn it on again',
  },
  rechargeCeiling: {
    subject: '{organization}: auto-recharge has reached its limit of {limit} a month',
    heading: 'Auto-recharge has reached its limit of {limit} a month',
    body: 'No more credit is bought by itself until the next calendar month. You can raise the limit, or buy credit by hand.',
    limit: 'Limit a month',
    notBought: 'Not bought',
  },
  expiring: {
    subject: '{organization}: {remaining} of credit expires in {days}',
    heading: '{remaining} of credit expires on {at}',
    body: 'Credit that is not used by then is lost, and it is not refunded. What expires first is always used first.',
    unused: 'Not used yet',
  },
  low: {
    subject: '{organization}: {balance} of credit is left',
    heading: '{balance} of credit is left',
    usedUpHeading: 'Your credit is used up',
    body: 'That is less than {percent} of what was bought last. When it is used up, requests are refused.',
    usedUp: 'Requests are refused now. They are served again as soon as credit is bought.',
    advice: 'Auto-recharge can buy credit before that happens, up to a limit that you set.',
    balance: 'Balance',
    lastPurchase: 'Bought last',
    action: 'Add to balance',
  },
} as const
