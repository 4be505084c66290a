import { useLocale, useTranslations } from 'next-intl'
import { Badge } from '@/components/ui/badge'
import { EmailAddress } from '@/components/ui/email-address'
import { formatInstant } from '@/components/ui/format-date'
import type { SignInView } from '@/lib/auth/sign-ins'

type Props = { signIns: readonly SignInView[] }

/** Who came in of late, and who did not: somebody who sees what was not them knows what to change. */
export function SignInList({ signIns }: Props) {
  const t = useTranslations('signIns')
  const s = useTranslations('sessions')
  const locale = useLocale()
  if (signIns.length === 0) return <p className="text-muted text-sm">{t('none')}</p>

  function wordBrowser({ browser, system }: SignInView): string {
    return browser && system ? s('device', { browser, system }) : (browser ?? s('unknownBrowser'))
  }
  return (
    <ul aria-label={t('list')} className="-my-2 divide-y divide-line">
      {signIns.map((signIn) => {
        const { id, way, outcome, at, lastAt, times, address, email } = signIn
        const facts = { at: formatInstant(lastAt, locale), browser: wordBrowser(signIn), address: address || s('unknownAddress') }
        return (
          <li className="flex flex-col gap-0.5 py-3" key={id}>
            <p className="wrap-anywhere flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
              {t(`way.${way}`)} {outcome === 'refused' && <Badge tone="warning">{t('refused')}</Badge>}
              {outcome === 'first_step' && <Badge>{t('firstStep')}</Badge>}
            </p>
            {email && (
              <p className="text-sm">
                <EmailAddress value={email} />
              </p>
            )}
            <p className="wrap-anywhere text-muted text-sm">{t('facts', facts)}</p>
            {times > 1 && <p className="text-muted text-sm">{t('times', { times, since: formatInstant(at, locale) })}</p>}
          </li>
        )
      })}
    </ul>
  )
}
