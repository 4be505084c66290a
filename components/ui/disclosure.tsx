import clsx from 'clsx'
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

type Props = { summary: ReactNode; aside?: ReactNode; children: ReactNode; open?: boolean; className?: string | undefined }

/**
 * A line that opens: an invoice line to its formula, inputs and rule. The browser's own element: it works before scripts have loaded, and
 * finding text in the page opens it.
 */
export function Disclosure({ summary, aside, children, open = false, className }: Props) {
  return (
    <details className={clsx('group', className)} open={open}>
      <summary className="-mx-2 -outline-offset-1 flex min-h-11 list-none items-baseline gap-2.5 rounded-md px-2 py-2.5 text-sm hover:bg-sunken [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 translate-y-0.5 text-muted transition-[rotate] duration-150 group-open:rotate-90 group-hover:text-ink rtl:-scale-x-100"
        />
        <span className="min-w-0 flex-1">{summary}</span>
        {aside && <span className="figures shrink-0 text-end">{aside}</span>}
      </summary>
      <div className="ms-6.5 pt-1 pb-4 text-sm">{children}</div>
    </details>
  )
}

/** A rule worked out with its numbers, as on paper. Breaks between terms, never inside one: a minus stays with its amount. */
export function Formula({ children }: { children: string }) {
  return (
    <code dir="ltr" className="figures flex flex-wrap gap-x-[1ch] rounded-md bg-sunken px-3 py-2 font-mono text-[0.8125rem] leading-5">
      {children.split(' ').map((term, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: terms repeat ("/", "30") and never move.
        <span key={index}>{term} </span>
      ))}
    </code>
  )
}
