import type { Tone } from '@/components/ui/tone'
import type { DocumentView } from '@/lib/billing/views/documents'

type State =
  | 'open'
  | 'paid'
  | 'void'
  | 'uncollectible'
  | 'credited'
  | 'settled'
  | 'refunded'
  | 'partlyRefunded'
  | 'disputed'
  | 'checking'
  | 'failed'
  | 'confirm'

/** A document's state as a person reads it: its status, and for an open one how its payment stands. */
export function stateOf(document: DocumentView): { state: State; tone: Tone } {
  switch (document.status) {
    case 'paid':
      return ofPaid(document)
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

function ofPaid({ kind, payment, amountPaid, amountRefunded }: DocumentView): { state: State; tone: Tone } {
  if (kind === 'credit_note') return { state: 'credited', tone: 'ok' }
  if (payment.state === 'disputed') return { state: 'disputed', tone: 'warning' }
  if (amountRefunded > 0n) return { state: amountRefunded === amountPaid ? 'refunded' : 'partlyRefunded', tone: 'neutral' }
  return { state: amountPaid === 0n ? 'settled' : 'paid', tone: 'ok' }
}
