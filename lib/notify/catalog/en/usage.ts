/** 80 % and 100 % of a limit: usage against allowance, the period, and what happens at 100 %. */
export const usage = {
  subject: '{organization}: {used} of {limit} {unit} used ({percent}%)',
  reached: 'All {limit} {unit} of {plan} are used',
  near: '{percent}% of the {unit} of {plan} are used',
  chargedNow: 'Requests go on. Further {unit} cost {price} each and are charged with the next invoice, after {end}.',
  chargedLater: 'At 100% requests go on: further {unit} cost {price} each and are charged with the next invoice, after {end}.',
  refusedNow: 'Requests are refused now, until {end} or until you move to a larger plan. Refused requests cost nothing.',
  refusedLater: 'At 100% requests are refused until {end}, unless you move to a larger plan. This is a limit, not a charge.',
  used: 'Used',
  usedOf: '{used} of {limit} {unit} ({percent}%)',
  periodEnds: 'Period ends',
  action: 'See usage and plans',
  viewUsage: 'See what has used them',
} as const
