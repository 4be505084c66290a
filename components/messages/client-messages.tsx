import { NextIntlClientProvider } from 'next-intl'
import { getMessages } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { Messages, Namespace } from './en'

/** What the primitives, the shell and a fault say; every page has these. */
const EVERYWHERE: readonly Namespace[] = ['ui', 'shell', 'errors']

/**
 * Hands client components inside it the words of `namespaces`, and no others, in the viewer's language only, so that a page does not carry
 * whole catalogs. A provider replaces the one above it; therefore the words used everywhere are always included.
 */
export async function ClientMessages({ namespaces = [], children }: { namespaces?: readonly Namespace[]; children: ReactNode }) {
  const wanted = new Set<Namespace>([...EVERYWHERE, ...namespaces])
  const messages = await getMessages()
  const picked: Partial<Messages> = Object.fromEntries(Object.entries(messages).filter(([name]) => wanted.has(name as Namespace)))
  return <NextIntlClientProvider messages={picked}>{children}</NextIntlClientProvider>
}
