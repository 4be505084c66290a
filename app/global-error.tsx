'use client'

import { GeistSans } from 'geist/font/sans'
import { errors } from '@/components/messages/en/errors'
import './globals.css'

type Props = { error: Error & { digest?: string } }

/** When even the root layout has failed: no provider stands, so the words come straight from the catalog, and a full load tries again. */
export default function GlobalError({ error }: Props) {
  return (
    <html className={GeistSans.variable} lang="en">
      <body>
        <title>{errors.pageTitle}</title>
        <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-6 px-4">
          <div className="flex flex-col gap-2">
            <h1 className="font-semibold text-title">{errors.pageTitle}</h1>
            <p className="text-muted">{errors.pageBody}</p>
            {error.digest && (
              <p>
                {errors.reference}: <code className="font-mono">{error.digest}</code>
              </p>
            )}
          </div>
          <button className="min-h-9 rounded-md bg-accent px-3.5 font-medium text-on-accent" onClick={() => window.location.reload()} type="button">
            {errors.retry}
          </button>
        </main>
      </body>
    </html>
  )
}
