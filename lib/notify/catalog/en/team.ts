/** Who comes and goes, and what their seats cost. */
export const team = {
  changed: {
    subject: '{organization}: {count, plural, one {# seat} other {# seats}} of {plan}',
    heading: '{count, plural, one {# seat} other {# seats}} of {plan} {count, plural, one {is} other {are}} held now',
    joined: 'New: {names}.',
    left: 'Gone: {names}.',
    others: '{count, plural, one {# other} other {# others}}',
    charged: 'Nothing is charged today. For seats that were added, {amount} is charged on {at}, for the rest of the period and with what else is due then.',
    credited: 'For seats that were given up, {amount} is credited to your account on {at}.',
    unchanged: 'What you pay for this period stays the same.',
    trial: 'Seats cost nothing during the trial. The first charge, on {at}, counts the members of that day.',
  },
  seats: 'Seats held',
  price: 'Price of a seat',
  priceMonth: '{price} a month',
  priceYear: '{price} a year',
  chargedOn: 'To be charged',
  creditedOn: 'To be credited',
  onDay: '{amount} on {at}',
  reviewed: {
    subject: '{organization}: seats of {plan} reviewed',
    heading: 'Your seats of {plan} were reviewed',
    charged: '{amount} is charged for seats that were added.',
    credited: '{amount} was credited to your account for seats that were given up.',
    seats: 'Seats paid for from now on',
  },
} as const
