'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'

/** Holds what changes while a page is open. The first paint has its data from the server, so nothing is fetched at once. */
export function QueryProvider({ children }: { children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          // Offline they fail and say so. Kept for later, a payment would be made minutes after its button was pressed and left.
          queries: { staleTime: 15_000, refetchOnWindowFocus: true, retry: 1, networkMode: 'always' },
          mutations: { retry: false, networkMode: 'always' },
        },
      }),
  )
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>
}
