import type { Route } from 'next'
import { notFound } from 'next/navigation'
import { PageHeader } from '@/components/layout/page-shell'
import { MailReader } from '@/components/mail/mail-reader'
import { ClientMessages } from '@/components/messages/client-messages'
import { Section } from '@/components/ui/card'
import { TextLink } from '@/components/ui/text-link'
import { drawHtml, drawText } from '@/lib/notify/draw-mail'
import { chooseMailLanguage } from '@/lib/notify/language'
import { sampleMessages } from '@/lib/notify/sample-messages'
import { wordMessage } from '@/lib/notify/word-message'
import { requireOpenGallery } from '../../open'

type Props = { params: Promise<{ kind: string }>; searchParams: Promise<{ language?: string }> }

/** One kind of mail in each of its cases; `?language=` in another language. */
export default async function GalleryMailPage({ params, searchParams }: Props) {
  await requireOpenGallery()
  const { kind } = await params
  const language = chooseMailLanguage((await searchParams).language)
  const samples = sampleMessages().filter((sample) => sample.kind === kind)
  if (samples.length === 0) notFound()
  return (
    <main className="page-root mx-auto flex max-w-4xl flex-col gap-10 px-4 py-8 sm:px-8 sm:py-12" id="content">
      <PageHeader description={<TextLink href={'/gallery/mail' as Route}>All mails</TextLink>} title={kind} />
      <ClientMessages namespaces={['mailbox']}>
        {samples.map(({ kind: sampled, variant, payload }) => {
          const mail = wordMessage(sampled, payload, language)
          return (
            <Section key={variant} title={`${variant}: ${mail.subject}`}>
              <MailReader html={drawHtml(mail)} text={drawText(mail)} />
            </Section>
          )
        })}
      </ClientMessages>
    </main>
  )
}
