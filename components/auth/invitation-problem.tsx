import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { signInPath } from '@/components/layout/routes'
import { formatInstant } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'

/** Why an invitation cannot be accepted; `expiredAt` is an ISO 8601 instant. */
export type InvitationRefusal =
  | { code: 'invitation_unknown' }
  | { code: 'invitation_used' }
  | { code: 'invitation_expired'; expiredAt: string }
  | { code: 'sign_in_required'; email: string }
  | { code: 'wrong_account'; email: string }

/** Says why, and the one way on. `next` is where signing in leads back to. */
export function InvitationProblem({ refusal, next }: { refusal: InvitationRefusal; next?: string | undefined }) {
  const t = useTranslations('auth.invitation')
  const words = useWords(refusal)
  return (
    <div className="flex flex-col items-start gap-5">
      <Notice live="alert" title={words.title} tone="warning">
        {words.body}
      </Notice>
      <LinkButton href={next ? (`${signInPath}?next=${encodeURIComponent(next)}` as Route) : signInPath} size="lg">
        {t('goToSignIn')}
      </LinkButton>
    </div>
  )
}

/** One that is unknown has its title over the page already. */
function useWords(refusal: InvitationRefusal): { title?: string; body: string } {
  const t = useTranslations('auth.invitation')
  const locale = useLocale()
  switch (refusal.code) {
    case 'invitation_unknown':
      return { body: t('unknownBody') }
    case 'invitation_used':
      return { title: t('usedTitle'), body: t('usedBody') }
    case 'invitation_expired':
      return { title: t('expiredTitle'), body: t('expiredBody', { time: formatInstant(refusal.expiredAt, locale) }) }
    case 'sign_in_required':
      return { title: t('signInTitle'), body: t('signInBody', { email: refusal.email }) }
    case 'wrong_account':
      return { title: t('wrongAccountTitle'), body: t('wrongAccountBody', { email: refusal.email }) }
  }
}
