'use client'

import { useSyncExternalStore } from 'react'
import { errors as ar } from '@/components/messages/ar/errors'
import { errors as de } from '@/components/messages/de/errors'
import { errors as en } from '@/components/messages/en/errors'
import { errors as ja } from '@/components/messages/ja/errors'
import { DEFAULT_LOCALE, directionOf, firstKnownLanguage } from '@/lib/locale'
import { FONTS } from './fonts'
import './globals.css'

type Props = { error: Error & { digest?: string } }

const WORDS = { en, de, ja, ar }

/** When even the root layout has failed: no provider stands, so the words come straight from the catalogs, and a full load tries again. */
export default function GlobalError({ error }: Props) {
  const locale = useSyncExternalStore(never, browsersLanguage, () => DEFAULT_LOCALE)
  const words = WORDS[locale]
  return (
    <html className={FONTS} dir={directionOf(locale)} lang={locale}>
      <body>
        <title>{words.pageTitle}</title>
        <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-6 px-4">
          <div className="flex flex-col gap-2">
            <h1 className="font-semibold text-title">{words.pageTitle}</h1>
            <p className="text-muted">{words.pageBody}</p>
            {error.digest && (
              <p>
                {words.reference}: <code className="font-mono">{error.digest}</code>
              </p>
            )}
          </div>
          <button className="min-h-9 rounded-md bg-accent px-3.5 font-medium text-on-accent" onClick={() => window.location.reload()} type="button">
            {words.retry}
          </button>
        </main>
      </body>
    </html>
  )
}

const never = () => () => {}

/** What somebody saved is not known here; of what their browser asks for, the first that there is. */
const browsersLanguage = () => firstKnownLanguage(navigator.languages)
