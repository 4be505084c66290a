'use client'

import { ThemeProvider as NextThemeProvider } from 'next-themes'
import type { ReactNode } from 'react'

/** Light or dark by the system until someone chooses; set before the first paint. `nonce` is that of the page's content security policy. */
export function ThemeProvider({ nonce, children }: { nonce?: string | undefined; children: ReactNode }) {
  return (
    <NextThemeProvider
      attribute="data-theme"
      defaultTheme="system"
      disableTransitionOnChange
      enableColorScheme={false}
      enableSystem
      {...(nonce !== undefined && { nonce })}
    >
      {children}
    </NextThemeProvider>
  )
}
