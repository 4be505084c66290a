import type { Tone } from '@/components/ui/tone'
import type { DocumentView } from '@/lib/billing/views/documents'

type State = 'open' | 'paid' | 'void' | 'uncollectible' | 'credited' | 'refunded' | 'checking' | 'failed' | 'confirm'

/** A document's state as a person reads it: its status, and for an open one how its payment stands. */
export function stateOf(document: DocumentView): { state: State; tone: Tone } {
  switch (document.status) {
    case 'paid':
      if (document.kind === 'credit_note') return { state: 'credited', tone: 'ok' }
      return document.amountPaid > 0n && document.amountRefunded === document.amountPaid
        ? { state: 'refunded', tone: 'neutral' }
        : { state: 'paid', tone: 'ok' }
    case 'void':
      return { state: 'void', tone: 'neutral' }
    case 'uncollectible':
      return { state: 'uncollectible', tone: 'danger' }
    case 'open':
      switch (document.payment.state) {
        case 'refused':
          return { state: 'failed', tone: 'danger' }
        case 'needs_customer':
          return { state: 'confirm', tone: 'warning' }
        case 'in_flight':
          return { state: 'checking', tone: 'info' }
        default:
          return { state: 'open', tone: 'warning' }
      }
  }
}
