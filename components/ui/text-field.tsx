import clsx from 'clsx'
import type { ComponentProps, ReactNode } from 'react'
import { CONTROL_STYLE, Field, type FieldProps } from './field'

type Props = FieldProps & Omit<ComponentProps<'input'>, 'id' | 'className' | 'required' | 'disabled'> & { suffix?: ReactNode }

/** One line of text. `suffix` stands inside its end: a unit, or a button that shows a password. */
export function TextField({ label, hint, error, optional, required, className, suffix, type = 'text', ...input }: Props) {
  return (
    <Field className={className} error={error} hint={hint} label={label} optional={optional} required={required}>
      {(control) => (
        <span className="relative flex">
          <input {...input} {...control} className={clsx(CONTROL_STYLE, Boolean(suffix) && 'pe-12')} type={type} />
          {suffix && <span className="absolute inset-y-0 end-0.5 flex items-center text-muted">{suffix}</span>}
        </span>
      )}
    </Field>
  )
}

type AreaProps = FieldProps & Omit<ComponentProps<'textarea'>, 'id' | 'className' | 'required' | 'disabled'>

export function TextArea({ label, hint, error, optional, required, className, rows = 3, ...input }: AreaProps) {
  return (
    <Field className={className} error={error} hint={hint} label={label} optional={optional} required={required}>
      {(control) => <textarea {...input} {...control} className={clsx(CONTROL_STYLE, 'resize-y')} rows={rows} />}
    </Field>
  )
}
