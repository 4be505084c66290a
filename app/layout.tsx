import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import { getLocale } from 'next-intl/server'
import type { CSSProperties, ReactNode } from 'react'
import { brandStyle } from '@/components/layout/brand'
import { BrandProvider } from '@/components/layout/brand-context'
import { Direction } from '@/components/layout/direction'
import { ThemeProvider } from '@/components/layout/theme-provider'
import { ClientMessages } from '@/components/messages/client-messages'
import { Toaster } from '@/components/ui/toaster'
import { directionOf, languageOf } from '@/lib/locale'
import { brandThemes, getBrand } from '@/lib/platform/brand'
import { FONTS } from './fonts'
import './globals.css'

export async function generateMetadata(): Promise<Metadata> {
  const { name, icon } = getBrand()
  return { title: { default: name, template: `%s · ${name}` }, icons: { icon } }
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
  const { name, logo, support, supportHref } = getBrand()
  const direction = directionOf(locale)
  return (
    <html
      className={FONTS}
      dir={direction}
      lang={languageOf(locale)}
      style={brandStyle(brandThemes()) as CSSProperties}
      // The theme's attribute is set before React sees the page.
      suppressHydrationWarning
    >
      <body>
        <ThemeProvider nonce={given.get('x-nonce') ?? undefined}>
          <Direction direction={direction}>
            <ClientMessages>
              <BrandProvider brand={{ name, logo, support, supportHref }}>{children}</BrandProvider>
              <Toaster />
            </ClientMessages>
          </Direction>
        </ThemeProvider>
      </body>
    </html>
  )
}
