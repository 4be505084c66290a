import { useTranslations } from 'next-intl'
import { teamPath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'
import { LinkButton } from '@/components/ui/link-button'
import { TextField } from '@/components/ui/text-field'

/** The browser's own form: the address says who was looked for, and works without script. */
export function TeamSearch({ org, query }: { org: string; query: string }) {
  const t = useTranslations('team.find')
  return (
    <search>
      <form action={teamPath(org)} className="flex max-w-2xl flex-wrap items-end gap-2" method="get">
        <TextField
          autoComplete="off"
          className="min-w-0 flex-1 basis-56"
          defaultValue={query}
          hint={t('hint')}
          label={t('label')}
          maxLength={200}
          name="q"
          spellCheck={false}
          type="search"
        />
        <div className="flex gap-2 sm:mb-6.5">
          <Button type="submit">{t('submit')}</Button>
          {query && (
            <LinkButton href={teamPath(org)} variant="ghost">
              {t('all')}
            </LinkButton>
          )}
        </div>
      </form>
    </search>
  )
}
