import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import { getLocale, getTranslations } from 'next-intl/server'
import type { CSSProperties, ReactNode } from 'react'
import { brandStyle } from '@/components/layout/brand'
import { Direction } from '@/components/layout/direction'
import { ThemeProvider } from '@/components/layout/theme-provider'
import { ClientMessages } from '@/components/messages/client-messages'
import { Toaster } from '@/components/ui/toaster'
import { directionOf, languageOf } from '@/lib/locale'
import './globals.css'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('shell')
  return { title: { default: t('productName'), template: `%s · ${t('productName')}` } }
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f8f9fb' },
    { media: '(prefers-color-scheme: dark)', color: '#0e1014' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, given] = await Promise.all([getLocale(), headers()])
  const direction = directionOf(locale)
  return (
    <html
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      dir={direction}
      lang={languageOf(locale)}
      style={brandStyle(process.env.HEADROOM_ACCENT_COLOR) as CSSProperties}
      // The theme's attribute is set before React sees the page.
      suppressHydrationWarning
    >
      <body>
        <ThemeProvider nonce={given.get('x-nonce') ?? undefined}>
          <Direction direction={direction}>
            <ClientMessages>
              {children}
              <Toaster />
            </ClientMessages>
          </Direction>
        </ThemeProvider>
      </body>
    </html>
  )
}
