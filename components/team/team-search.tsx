import { useTranslations } from 'next-intl'
import { teamPath } from '@/components/layout/routes'
import { SearchForm } from '@/components/ui/search-form'

export function TeamSearch({ org, query }: { org: string; query: string }) {
  const t = useTranslations('team.find')
  return <SearchForm all={t('all')} hint={t('hint')} label={t('label')} path={teamPath(org)} query={query} submit={t('submit')} />
}
