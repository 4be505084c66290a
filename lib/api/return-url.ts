/** Where the bank, or a hosted card page, sends a person back to: a page of their organization. */
export function returnUrl(slug: string): string {
  const base = process.env.HEADROOM_URL ?? `http://localhost:${process.env.PORT ?? 3000}`
  return new URL(`/${slug}/payment/confirmed`, base).href
}
