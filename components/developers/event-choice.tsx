'use client'

import { useTranslations } from 'next-intl'
import { Checkbox } from '@/components/ui/checkbox'
import { RadioGroup } from '@/components/ui/radio-group'
import { EVENT_TYPES, EVERY_EVENT, type EventType } from '@/lib/webhooks/event-types'

export type ChosenEvents = readonly (EventType | typeof EVERY_EVENT)[]

type Props = { value: ChosenEvents; onChange: (value: ChosenEvents) => void; error?: string | undefined }

const SUBJECTS = [...new Set(EVENT_TYPES.map((type) => type.slice(0, type.indexOf('.')) as Subject))]
type Subject = EventType extends `${infer Name}.${string}` ? Name : never

/** Everything, or what one ticks, by what it is about. */
export function EventChoice({ value, onChange, error }: Props) {
  const t = useTranslations('developers')
  const isAll = value.includes(EVERY_EVENT)
  const toggle = (type: EventType, on: boolean) => onChange(on ? [...value, type] : value.filter((one) => one !== type))
  return (
    <div className="flex flex-col gap-4">
      <RadioGroup
        label={t('endpoint.events')}
        onChange={(next) => onChange(next === 'all' ? [EVERY_EVENT] : [])}
        options={[
          { value: 'all', label: t('endpoint.all'), detail: t('endpoint.allHint') },
          { value: 'some', label: t('endpoint.some'), detail: t('endpoint.someHint') },
        ]}
        value={isAll ? 'all' : 'some'}
      />
      {!isAll && (
        <div className="flex max-h-80 flex-col gap-5 overflow-y-auto rounded-lg border border-line px-4 py-4">
          {SUBJECTS.map((subject) => (
            <fieldset className="flex flex-col gap-2.5" key={subject}>
              <legend className="pb-1 font-medium text-sm">{t(`subjects.${subject}`)}</legend>
              {EVENT_TYPES.filter((type) => type.startsWith(`${subject}.`)).map((type) => (
                <Checkbox
                  checked={value.includes(type)}
                  detail={t(`events.${type}`)}
                  key={type}
                  label={<code className="font-mono font-normal text-[0.8125rem]">{type}</code>}
                  onChange={(on) => toggle(type, on)}
                />
              ))}
            </fieldset>
          ))}
        </div>
      )}
      {error && (
        <p className="text-danger-ink text-sm" role="alert">
          {error}
        </p>
      )}
    </div>
  )
}
