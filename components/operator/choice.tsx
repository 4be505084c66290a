import clsx from 'clsx'
import { ChevronsUpDown } from 'lucide-react'
import { CONTROL_STYLE, type FieldControl } from '@/components/ui/field'

type Props = { control: FieldControl; name: string; options: readonly { value: string; label: string }[]; value?: string | undefined }

/** The system's own list, which a form sends as it is: no script keeps its value. */
export function Choice({ control, name, options, value }: Props) {
  return (
    <span className="relative flex">
      <select {...control} className={clsx(CONTROL_STYLE, 'appearance-none pe-9')} defaultValue={value} name={name}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronsUpDown aria-hidden className="pointer-events-none absolute end-3 top-1/2 size-4 -translate-y-1/2 text-muted" />
    </span>
  )
}
