'use client'

import { useTranslations } from 'next-intl'
import { homePath } from '@/components/layout/routes'
import { Stop } from '@/components/layout/stop'
import { Button } from '@/components/ui/button'
import { Copyable } from '@/components/ui/copyable'
import { LinkButton } from '@/components/ui/link-button'

type Props = { error: Error & { digest?: string }; retry: () => void }

/** The digest is what stands in the server's log beside the fault; its message stays there. */
export default function PageError({ error, retry }: Props) {
  const t = useTranslations('errors')
  return (
    <Stop
      action={
        <>
          <Button onClick={retry} variant="primary">
            {t('retry')}
          </Button>
          <LinkButton href={homePath}>{t('home')}</LinkButton>
        </>
      }
      title={t('pageTitle')}
    >
      <p>{t('pageBody')}</p>
      {error.digest && (
        <p className="mt-3 text-ink">
          {t('reference')}: <Copyable label={t('reference')} value={error.digest} />
        </p>
      )}
    </Stop>
  )
}
