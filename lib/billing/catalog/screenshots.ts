import type { ProductInput } from './document'

const BLOCK = 1_000

/** A hard limit that the owner sets above the plan's limit, and extra screenshots charged in blocks of 1,000 as they begin (S1–S8). */
export const screenshots: ProductInput = {
  id: 'screenshots',
  name: 'Screenshots',
  currency: 'usd',
  meters: [
    {
      id: 'screenshots',
      unit: 'screenshots',
      // Only requests that succeeded and were not served from cache (S2).
      filter: [
        { property: 'status', equals: 'success', or_absent: true },
        { property: 'cached', not_equals: true },
      ],
    },
  ],
  plans: [
    { id: 'free', name: 'Free', rank: 0, prices: { month: 0 }, included: { screenshots: 100 }, over_limit: { type: 'block' } },
    {
      id: 'basic',
      name: 'Basic',
      rank: 1,
      prices: { month: 17_00 },
      included: { screenshots: 2_000 },
      over_limit: { type: 'blocks', unit_price: '0.009', block: BLOCK },
    },
    {
      id: 'growth',
      name: 'Growth',
      rank: 2,
      prices: { month: 79_00 },
      included: { screenshots: 10_000 },
      over_limit: { type: 'blocks', unit_price: '0.004', block: BLOCK },
    },
    {
      id: 'scale',
      name: 'Scale',
      rank: 3,
      prices: { month: 259_00 },
      included: { screenshots: 50_000 },
      over_limit: { type: 'blocks', unit_price: '0.0035', block: BLOCK },
    },
  ],
  policies: {
    cycle: { months: 1 },
    upgrade: { type: 'prorated_difference' },
    downgrade: { type: 'now', settles_extra: 'to_free' },
    cancel: { type: 'period_end', settles_extra: true },
    refund: null,
    hard_limit: { maximum: 100_000 },
  },
}
