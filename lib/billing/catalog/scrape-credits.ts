import type { ProductInput } from './document'

const PAY_AS_YOU_GO = { scaling: '0.000095', enterprise: '0.00008' } as const

/** A year costs ten months and gives the credits of twelve at once. */
const by = (month: number) => ({ month, year: month * 10 })

type PlanInput = ProductInput['plans'][number]

function tier(id: string, name: string, facts: { rank: number; month: number; credits: number; concurrency: number } & Partial<PlanInput>): PlanInput {
  const { month, credits, concurrency, ...rest } = facts
  return { id, name, prices: by(month), included: { credits }, over_limit: { type: 'block' }, entitlements: { concurrency }, ...rest }
}

/**
 * Credits with automatic upgrades, and pay-as-you-go under a cap on the largest plans (B1–B11). The vendor names no prices:
 * these are sample values.
 */
export const scrapeCredits: ProductInput = {
  id: 'scrape-credits',
  name: 'Scrape credits',
  currency: 'usd',
  meters: [{ id: 'credits', unit: 'credits' }],
  plans: [
    { id: 'free', name: 'Free', rank: 0, prices: { month: 0 }, included: { credits: 1_000 }, over_limit: { type: 'block' }, entitlements: { concurrency: 5 } },
    tier('student', 'Student', { rank: 1, month: 29_00, credits: 100_000, concurrency: 20, next_tier: 'startup' }),
    tier('hobby', 'Hobby', { rank: 1, month: 49_00, credits: 100_000, concurrency: 20, next_tier: 'startup', resubscribe: true }),
    tier('hobby-legacy', 'Hobby Legacy', { rank: 1, month: 29_00, credits: 250_000, concurrency: 10, next_tier: 'startup', resubscribe: true, offered: false }),
    tier('startup', 'Startup', { rank: 2, month: 149_00, credits: 1_000_000, concurrency: 50, next_tier: 'business', resubscribe: true }),
    tier('business', 'Business', { rank: 3, month: 299_00, credits: 3_000_000, concurrency: 100, next_tier: 'scaling', resubscribe: true }),
    tier('professional', 'Professional', {
      rank: 5,
      month: 999_00,
      credits: 14_000_000,
      concurrency: 400,
      next_tier: 'enterprise',
      resubscribe: true,
      offered: false,
    }),
    tier('scaling', 'Scaling', {
      rank: 4,
      month: 475_00,
      credits: 5_000_000,
      concurrency: 200,
      over_limit: { type: 'pay_as_you_go', unit_price: PAY_AS_YOU_GO.scaling },
    }),
    tier('enterprise', 'Enterprise', {
      rank: 6,
      month: 2_000_00,
      credits: 25_000_000,
      concurrency: 500,
      over_limit: { type: 'pay_as_you_go', unit_price: PAY_AS_YOU_GO.enterprise },
    }),
    // What a plan that is made for one organization begins from; nobody is offered it as it stands.
    tier('custom', 'Custom', {
      rank: 7,
      month: 2_000_00,
      credits: 25_000_000,
      concurrency: 500,
      over_limit: { type: 'pay_as_you_go', unit_price: PAY_AS_YOU_GO.enterprise },
      offered: false,
    }),
  ],
  policies: {
    cycle: { months: 1 },
    upgrade: { type: 'new_period', unused: 'time_and_allowance' },
    downgrade: { type: 'period_end' },
    refund: { hours: 168 },
    introduction: { days: 7, included: { credits: 5_000 } },
    exhausted: {
      from: '2025-11-04T00:00:00Z',
      early_renewal: { registered_before: '2025-11-04T00:00:00Z', until: '2026-01-05T00:00:00Z' },
    },
  },
}
