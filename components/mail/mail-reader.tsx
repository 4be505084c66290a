'use client'

import { useTranslations } from 'next-intl'
import { Tabs } from '@/components/ui/tabs'

/** Links in a mail open beside it: they lead to the dashboard, which nobody may put into a frame. */
const LINKS_OPEN_BESIDE = '<base target="_blank">'

/**
 * A mail as its reader sees it, and as text. The frame has no scripts, no forms and an origin of its own, so that whatever
 * stands in a mail can do nothing to this page.
 */
export function MailReader({ html, text }: { html: string | null; text: string }) {
  const t = useTranslations('mailbox')
  return (
    <Tabs
      label={t('view')}
      tabs={[
        {
          value: 'html',
          label: t('html'),
          content: html ? (
            <iframe
              className="h-[44rem] max-h-[75dvh] w-full rounded-lg border border-line bg-white"
              referrerPolicy="no-referrer"
              sandbox="allow-popups allow-popups-to-escape-sandbox"
              srcDoc={`${LINKS_OPEN_BESIDE}${html}`}
              title={t('frame')}
            />
          ) : (
            <p className="text-muted">{t('noHtml')}</p>
          ),
        },
        {
          value: 'text',
          label: t('text'),
          content: text ? (
            <pre className="whitespace-pre-wrap break-words rounded-lg bg-sunken p-4 font-mono text-[0.8125rem] leading-5">{text}</pre>
          ) : (
            <p className="text-muted">{t('noText')}</p>
          ),
        },
      ]}
    />
  )
}
