import { apiCalls } from './api-calls'
import type { ProductDocument } from './document'

/** The products that come with Headroom; an operator publishes others through the machine interface. */
export const shippedProducts: readonly ProductDocument[] = [apiCalls]
