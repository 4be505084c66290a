import type { ProductInput } from './document'

/** The European Economic Area and the United Kingdom. */
const LONGER_WINDOW = [
  ...['AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO'],
  ...['SE', 'SI', 'SK', 'IS', 'LI', 'NO', 'GB'],
]

const MONTHS_A_YEAR = 12

/** A price a member, and a monthly review of who has come and gone (T1–T13). */
export const teamSeats: ProductInput = {
  id: 'team-seats',
  name: 'Team seats',
  currency: 'usd',
  meters: [],
  plans: [
    { id: 'free', name: 'Free', rank: 0, prices: { month: 0 }, included: {}, over_limit: { type: 'block' } },
    {
      id: 'basic',
      name: 'Basic',
      rank: 1,
      prices: { month: 12_00, year: 9_00 * MONTHS_A_YEAR },
      per_seat: true,
      included: {},
      over_limit: { type: 'block' },
    },
    {
      id: 'professional',
      name: 'Professional',
      rank: 2,
      prices: { month: 24_00, year: 18_00 * MONTHS_A_YEAR },
      per_seat: true,
      included: {},
      over_limit: { type: 'block' },
    },
  ],
  policies: {
    cycle: { months: 1 },
    upgrade: { type: 'full_new_minus_unused' },
    downgrade: { type: 'period_end' },
    refund: { hours: 72, mandatory_extra_days: 14, mandatory_countries: LONGER_WINDOW },
    trial: { days: 14 },
    seats: { roles: ['owner', 'admin', 'member'] },
  },
}
