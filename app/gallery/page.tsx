import { Gallery } from './gallery'
import { requireOpenGallery } from './open'

/** Every primitive in every state, to look at while building. Its samples are not in the catalog of messages, because no customer sees them. */
export default async function GalleryPage() {
  await requireOpenGallery()
  return <Gallery />
}
