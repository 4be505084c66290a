import { notFound } from 'next/navigation'
import { connection } from 'next/server'

/** The gallery is for whoever builds Headroom: open while developing, and where the end-to-end tests ask for it; otherwise there is no such page. */
export async function requireOpenGallery(): Promise<void> {
  await connection() // What is open is decided when it is asked for, not when the pages are built.
  if (process.env.NODE_ENV === 'production' && process.env.HEADROOM_GALLERY !== '1') notFound()
}
