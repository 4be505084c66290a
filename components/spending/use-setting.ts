'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { setHardLimitAction, setSpendingAction } from '@/app/actions/spending'
import { formatCount } from '@/components/ui/format-count'
import { showToast } from '@/components/ui/toast'

type HardLimit = Parameters<typeof setHardLimitAction>[1]
type Spending = Parameters<typeof setSpendingAction>[1]
type Answer = Awaited<ReturnType<typeof setSpendingAction>>

/** Saves one setting, says so, and shows why not where it was refused. */
export function useSetting(org: string, done: (saved: HardLimit | Spending) => string) {
  const t = useTranslations('spending')
  const locale = useLocale()
  const router = useRouter()
  const save = useMutation({
    mutationFn: (input: HardLimit | Spending): Promise<Answer> => ('hardLimit' in input ? setHardLimitAction(org, input) : setSpendingAction(org, input)),
    onSuccess: (result, input) => {
      router.refresh()
      if (result.ok) void showToast(done(input))
    },
  })
  const refused = save.data?.ok === false ? save.data.error : null
  const maximum = refused && 'maximum' in refused && refused.maximum !== undefined ? formatCount(refused.maximum, locale) : ''
  const refusal = refused ? t(`refusal.${WORDED.find((code) => code === refused.code) ?? 'other'}`, { maximum }) : save.isError ? t('refusal.other') : null
  return { save: save.mutate, isPending: save.isPending, refusal, clear: save.reset }
}

const WORDED = ['limit_below_plan', 'limit_above_maximum', 'plan_not_eligible', 'not_found', 'forbidden', 'invalid_input'] as const
