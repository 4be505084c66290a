import type { ProductInput } from './document'

/** Sample prices of one token. */
const UNIT_PRICES = { input_tokens: '0.00000125', output_tokens: '0.00001' }

/** Tokens by the piece: from credit that was bought, or invoiced at the month's end (P1–P8). */
export const modelTokens: ProductInput = {
  id: 'model-tokens',
  name: 'Model tokens',
  currency: 'usd',
  meters: [
    { id: 'input_tokens', unit: 'input tokens' },
    { id: 'output_tokens', unit: 'output tokens' },
  ],
  plans: [
    { id: 'prepaid', name: 'Prepaid', rank: 1, prices: { month: 0 }, included: {}, over_limit: { type: 'prepaid', unit_prices: UNIT_PRICES } },
    { id: 'monthly', name: 'Monthly', rank: 1, prices: { month: 0 }, included: {}, over_limit: { type: 'arrears', unit_prices: UNIT_PRICES } },
  ],
  policies: {
    cycle: { months: 1 },
    upgrade: { type: 'prorated_difference' },
    downgrade: { type: 'period_end' },
    refund: null,
    prepaid: {
      minimum: 5_00,
      tiers: [
        { maximum: 100_00, paid: 0, days: 0 },
        { maximum: 500_00, paid: 50_00, days: 7 },
        { maximum: 1_000_00, paid: 100_00, days: 7 },
        { maximum: 5_000_00, paid: 250_00, days: 14 },
        { maximum: 50_000_00, paid: 1_000_00, days: 30 },
      ],
      expires_after: { months: 12 },
      notice_days: [30, 7, 1],
    },
  },
}
