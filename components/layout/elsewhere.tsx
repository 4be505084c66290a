'use client'

import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'

/** What leads to a page, shown on every page but that one. */
export function Elsewhere({ than, children }: { than: string; children: ReactNode }) {
  return usePathname() === than ? null : children
}
