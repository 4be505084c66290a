import { useTranslations } from 'next-intl'
import { Notice } from './notice'

/** After a write whose answer never came: it may have been done. Only for writes that are done once, however often they are asked for. */
export function Unanswered() {
  const t = useTranslations('ui')
  return (
    <Notice live="alert" tone="warning">
      {t('unanswered')}
    </Notice>
  )
}
