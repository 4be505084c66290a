import clsx from 'clsx'
import { type ReactNode, useId } from 'react'

type HeadingProps = { id: string; title: ReactNode; description?: ReactNode; actions?: ReactNode }

function Heading({ id, title, description, actions }: HeadingProps) {
  return (
    <header className={clsx('flex flex-wrap justify-between gap-x-4 gap-y-2', description ? 'items-start' : 'items-center')}>
      <div className="flex min-w-0 flex-col gap-0.5">
        <h2 className="font-semibold text-base tracking-tight" id={id}>
          {title}
        </h2>
        {description && <p className="wrap-anywhere max-w-prose text-muted text-sm">{description}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  )
}

type SectionProps = { title: ReactNode; description?: ReactNode; actions?: ReactNode; children: ReactNode; className?: string | undefined }

/** A part of a page with a heading of its own. What is in it may be cards, a table, or plain text. */
export function Section({ title, description, actions, children, className }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={clsx('flex min-w-0 flex-col gap-4', className)}>
      <Heading actions={actions} description={description} id={id} title={title} />
      {children}
    </section>
  )
}

type CardProps = SectionProps & {
  footer?: ReactNode
  /** Rows and tables that reach from edge to edge. */
  flush?: boolean
}

/** One subject on a surface of its own. Never inside another card: divide with `CardPart`. */
export function Card({ title, description, actions, children, footer, flush = false, className }: CardProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={clsx('@container flex min-w-0 flex-col rounded-xl border border-line bg-surface', className)}>
      <div className={clsx('px-5 pt-5 sm:px-6', flush && 'border-line border-b pb-4')}>
        <Heading actions={actions} description={description} id={id} title={title} />
      </div>
      {flush ? (
        <div className="min-w-0 flex-1">{children}</div>
      ) : (
        <div className="flex min-w-0 flex-1 flex-col gap-5 px-5 pt-4 pb-5 sm:px-6 sm:pb-6">{children}</div>
      )}
      {footer && <footer className="border-line border-t px-5 py-3.5 text-muted text-sm sm:px-6">{footer}</footer>}
    </section>
  )
}

/** A further part of a card, divided by a hairline that reaches its edges. */
export function CardPart({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return <div className={clsx('-mx-5 border-line border-t px-5 pt-5 sm:-mx-6 sm:px-6', className)}>{children}</div>
}
