'use client'

import dynamic from 'next/dynamic'

const Sonner = dynamic(() => import('./sonner-toaster').then((module) => module.SonnerToaster), { ssr: false })

/** Stands once, in the root layout; its library loads after the page does. */
export function Toaster() {
  return <Sonner />
}
