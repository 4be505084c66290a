import type { ReactNode } from 'react'
import { leaveDeskAction } from '@/app/actions/operator/entrance'
import { ClientMessages } from '@/components/messages/client-messages'
import type { Section } from '@/components/operator/desk-routes'
import { DeskShell } from '@/components/operator/desk-shell'
import { inEngine } from '@/db/client'
import { requireOperator } from '@/lib/auth/present-operator'
import { countWaiting } from '@/lib/billing/views/desk-requests'
import { paymentProvider } from '@/lib/payments/provider'

/** The frame of the operator's desk: who sits at it, and how much waits for them. */
export default async function DeskLayout({ children }: { children: ReactNode }) {
  const operator = await requireOperator()
  const waiting = await inEngine(countWaiting)
  const isSandbox = paymentProvider(process.env).mode === 'sandbox'
  const sections: Section[] = ['organizations', 'requests', 'catalog', 'books', 'health', ...(isSandbox ? (['clocks'] as const) : []), 'keys', 'operators']
  return (
    <ClientMessages namespaces={['deskShell']}>
      <DeskShell leave={leaveDeskAction} operator={operator} sections={sections} waiting={waiting}>
        {children}
      </DeskShell>
    </ClientMessages>
  )
}
