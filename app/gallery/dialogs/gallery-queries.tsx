'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'

type Props = { children: ReactNode /** What a dialog that asks for a quote is answered; null: it waits. */; quote: unknown }

/** Nothing of the gallery asks a server: what a component would fetch is here already, or never comes. */
export function GalleryQueries({ children, quote }: Props) {
  const [client] = useState(() => {
    const queries = new QueryClient({ defaultOptions: { queries: { enabled: false } } })
    if (quote) queries.setQueryDefaults(['quote'], { initialData: quote })
    return queries
  })
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>
}
