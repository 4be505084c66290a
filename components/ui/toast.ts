import type { ReactNode } from 'react'

/**
 * A passing word that something was done. Never the only place of it, and never for a refusal: those stand in a `Notice` where they arose.
 * The library comes with the first toast, and is the module that `Toaster` has mounted.
 */
export async function showToast(message: ReactNode): Promise<void> {
  const { toast } = await import('sonner')
  toast(message)
}
