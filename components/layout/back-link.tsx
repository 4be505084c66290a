import { ArrowLeft } from 'lucide-react'

/** To the operator's product, for whom it has sent over. */
export function BackLink({ href, label }: { href: string; label: string }) {
  return (
    <a className="inline-flex min-h-6 max-w-full items-center gap-1.5 self-start rounded-sm text-muted text-sm transition-colors hover:text-ink" href={href}>
      <ArrowLeft aria-hidden className="size-4 shrink-0 rtl:-scale-x-100" />
      <span className="truncate">{label}</span>
    </a>
  )
}
