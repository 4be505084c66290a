import { notFound } from 'next/navigation'
import { Gallery } from './gallery'

/** Every primitive in every state, to look at while building. Its samples are not in the catalog of messages, because no customer sees them. */
export default function GalleryPage() {
  if (process.env.NODE_ENV === 'production') notFound()
  return <Gallery />
}
