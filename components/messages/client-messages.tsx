import { NextIntlClientProvider } from 'next-intl'
import type { ReactNode } from 'react'
import { type Messages, messages, type Namespace } from './en'

/** What the primitives, the shell and a fault say; every page has these. */
const EVERYWHERE: readonly Namespace[] = ['ui', 'shell', 'errors']

/**
 * Hands client components inside it the words of `namespaces`, and no others, so that a page does not carry the
 * whole catalog. A provider replaces the one above it; therefore the words used everywhere are always included.
 */
export function ClientMessages({ namespaces = [], children }: { namespaces?: readonly Namespace[]; children: ReactNode }) {
  const wanted = new Set<Namespace>([...EVERYWHERE, ...namespaces])
  const picked: Partial<Messages> = Object.fromEntries(Object.entries(messages).filter(([name]) => wanted.has(name as Namespace)))
  return <NextIntlClientProvider messages={picked}>{children}</NextIntlClientProvider>
}
