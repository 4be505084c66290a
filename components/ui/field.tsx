import clsx from 'clsx'
import { CircleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useId } from 'react'

/** Spread on the control, so that its label, hint and error are spoken with it. */
export type FieldControl = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true; 'aria-required'?: true }

export type FieldProps = {
  label: ReactNode
  hint?: ReactNode
  /** What is wrong and how to put it right; makes the control invalid. */
  error?: ReactNode
  optional?: boolean | undefined
  required?: boolean | undefined
  className?: string | undefined
}

/** A label above, a hint under it, the control, and what is wrong with it. Every input stands in one. */
export function Field({ label, hint, error, optional, required, className, children }: FieldProps & { children: (control: FieldControl) => ReactNode }) {
  const t = useTranslations('ui')
  const id = useId()
  const hintId = `${id}hint`
  const errorId = `${id}error`
  const described = clsx(Boolean(hint) && hintId, Boolean(error) && errorId)
  return (
    <div className={clsx('flex min-w-0 flex-col gap-1.5', className)}>
      <label className="font-medium text-sm" htmlFor={id}>
        {label}
        {optional && <span className="font-normal text-muted"> ({t('optional')})</span>}
      </label>
      {children({
        id,
        ...(described && { 'aria-describedby': described }),
        ...(Boolean(error) && { 'aria-invalid': true as const }),
        ...(required && { 'aria-required': true as const }),
      })}
      {hint && (
        <p className="text-muted text-sm" id={hintId}>
          {hint}
        </p>
      )}
      {error && (
        <p className="flex items-start gap-1.5 text-danger-ink text-sm" id={errorId}>
          <CircleAlert aria-hidden className="mt-[3px] size-4 shrink-0" />
          <span className="min-w-0">{error}</span>
        </p>
      )}
    </div>
  )
}

/** The look of every box that is typed into. 16 px on phones, where a smaller size makes the browser zoom in. */
export const CONTROL_STYLE =
  'min-h-9 w-full min-w-0 rounded-md border border-line-strong bg-surface px-3 py-1.5 text-base shadow-control placeholder:text-muted sm:text-sm ' +
  'focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-danger [&:is(input,textarea):read-only]:bg-sunken'
