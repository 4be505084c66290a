import type { Route } from 'next'
import { PageHeader } from '@/components/layout/page-shell'
import { TextLink } from '@/components/ui/text-link'
import { MESSAGE_KINDS } from '@/lib/billing/message-kinds'
import { sampleMessages } from '@/lib/notify/sample-messages'
import { wordMessage } from '@/lib/notify/word-message'
import { requireOpenGallery } from '../open'

/** Every mail by its subject, to look at while building. */
export default async function GalleryMailsPage() {
  await requireOpenGallery()
  const samples = sampleMessages()
  return (
    <main className="page-root mx-auto flex max-w-3xl flex-col gap-8 px-4 py-8 sm:px-8 sm:py-12" id="content">
      <PageHeader description="Each kind in each of its cases, as HTML and as plain text." title="Mails" />
      <ul className="flex flex-col gap-4">
        {Object.keys(MESSAGE_KINDS).map((kind) => (
          <li className="flex flex-col gap-1" key={kind}>
            <TextLink className="font-mono" href={`/gallery/mail/${kind}` as Route}>
              {kind}
            </TextLink>
            {samples
              .filter((sample) => sample.kind === kind)
              .map((sample) => (
                <span className="text-muted" key={sample.variant}>
                  {wordMessage(sample.kind, sample.payload).subject}
                </span>
              ))}
          </li>
        ))}
      </ul>
    </main>
  )
}
