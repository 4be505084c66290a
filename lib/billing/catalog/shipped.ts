import { apiCalls } from './api-calls'
import type { ProductInput } from './document'
import { modelTokens } from './model-tokens'
import { scrapeCredits } from './scrape-credits'
import { screenshots } from './screenshots'
import { teamSeats } from './team-seats'

/** The products that come with Headroom; an operator publishes others through the machine interface. */
export const shippedProducts: readonly ProductInput[] = [apiCalls, scrapeCredits, modelTokens, screenshots, teamSeats]
