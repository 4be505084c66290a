import type { ReactNode } from 'react'
import { exportPath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'

type Props = { org: string; children: ReactNode /** Why it cannot be taken now. */; reason?: string | null }

/** A form, because what it asks for is written down; the browser keeps the answer as a file, and the page stays. */
export function TakeDataAlong({ org, children, reason = null }: Props) {
  return (
    <form action={exportPath(org)} method="post">
      <Button reason={reason} type="submit">
        {children}
      </Button>
    </form>
  )
}
