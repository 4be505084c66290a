'use client'

import { Printer } from 'lucide-react'
import { Button } from '@/components/ui/button'

/** The browser's own printing; what is on paper is the style sheet's. */
export function PrintPage({ label }: { label: string }) {
  return (
    <Button icon={<Printer aria-hidden />} onClick={() => window.print()} variant="ghost">
      {label}
    </Button>
  )
}
