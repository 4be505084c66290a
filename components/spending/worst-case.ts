import { type Currency, exact, exactFromMinor, extend, type MinorUnits } from '@/lib/money'

/** Blocks that so many extra units begin, and what they come to: each is charged whole (S7). */
export function blocksFor(extra: bigint, { unitPrice, block, currency }: { unitPrice: string; block: bigint; currency: Currency }) {
  const blocks = extra > 0n ? (extra + block - 1n) / block : 0n
  return { blocks, most: extend(exact(unitPrice), blocks * block, currency) }
}

/** Units that a cap pays for, none in part (G52). */
export function unitsFor(cap: MinorUnits, { unitPrice, currency }: { unitPrice: string; currency: Currency }): bigint {
  const price = exact(unitPrice)
  return price === 0n ? 0n : exactFromMinor(cap, currency) / price
}
