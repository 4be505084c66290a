import { Lock } from 'lucide-react'
import { EmptyState } from '@/components/ui/empty-state'
import { SupportLine } from './support-line'

/** In the place of a page that a role does not see: who does, and what to do. Never a dead end, since the navigation stays. */
export function NoRight({ title, hint }: { title: string; hint: string }) {
  return (
    <div className="rounded-xl border border-line bg-surface">
      <EmptyState icon={<Lock aria-hidden />} title={title}>
        {hint} <SupportLine stuck />
      </EmptyState>
    </div>
  )
}
