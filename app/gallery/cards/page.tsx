import type { Route } from 'next'
import { PageHeader } from '@/components/layout/page-shell'
import { TextLink } from '@/components/ui/text-link'
import { DIALOG_NAMES } from '../dialogs/names'
import { requireOpenGallery } from '../open'
import { SHOWN } from './areas'

/** Every card and dialog of the domain in every state, to look at while building. */
export default async function GalleryCardsPage() {
  await requireOpenGallery()
  return (
    <main className="page-root mx-auto flex max-w-3xl flex-col gap-8 px-4 py-8 sm:px-8 sm:py-12" id="content">
      <PageHeader description="Each in every state that it knows." title="Cards and dialogs" />
      <ul className="flex flex-col gap-4">
        {Object.entries(SHOWN).map(([area, { states }]) => (
          <li className="flex flex-col gap-1" key={area}>
            <TextLink href={`/gallery/cards/${area}` as Route}>{area}</TextLink>
            <span className="text-muted">{states.length} states</span>
          </li>
        ))}
        {DIALOG_NAMES.map((name) => (
          <li key={name}>
            <TextLink href={`/gallery/dialogs/${name}` as Route}>{name}</TextLink>
          </li>
        ))}
      </ul>
    </main>
  )
}
