import { useTranslations } from 'next-intl'

/** Why a form cannot be sent, said beside its button; null where it can. The server asks again. */
export function useAdminOnly({ isAdmin, isClosed = false }: { isAdmin: boolean; isClosed?: boolean }): string | null {
  const t = useTranslations('deskForm')
  if (!isAdmin) return t('adminOnly')
  return isClosed ? t('closed') : null
}
