'use client'

import { type ReactNode, useEffect, useRef } from 'react'

/** Presses the one button of what it holds once the page is there, for a dialog that only opens so. */
export function PressButton({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => place.current?.querySelector('button')?.click(), [])
  return <div ref={place}>{children}</div>
}
