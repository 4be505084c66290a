/** Who comes and goes, and what their seats cost. */
export const team = {
  joined: {
    subject: '{organization}: one seat more on {plan}',
    heading: '{member} holds a seat of {plan}',
    charged: 'Nothing is charged today. {amount} for the rest of this period is charged on {at}, with what is due then.',
    free: 'It costs nothing: a seat that is paid for was free.',
    trial: 'It costs nothing during the trial; the first charge counts the members of that day.',
  },
  left: {
    subject: '{organization}: one seat less on {plan}',
    heading: '{member} no longer holds a seat of {plan}',
    credited: '{amount} for the rest of this period is credited to your account on {at}.',
    free: 'Nothing changes in what you pay: more seats are paid for than are held.',
    trial: 'The first charge counts the members of the day on which the trial ends.',
    stay: 'The days between are charged on {at}; nothing is credited.',
  },
  seats: 'Seats held',
  price: 'Price of a seat',
  priceMonth: '{price} a month',
  priceYear: '{price} a year',
  chargedOn: 'Charged',
  creditedOn: 'Credited',
  onDay: '{amount} on {at}',
  reviewed: {
    subject: '{organization}: seats of {plan} reviewed',
    heading: 'Your seats of {plan} were reviewed',
    charged: '{amount} is charged for seats that were added.',
    credited: '{amount} was credited to your account for seats that were given up.',
    seats: 'Seats paid for from now on',
  },
} as const
