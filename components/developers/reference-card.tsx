import { BookOpen } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Card } from '@/components/ui/card'
import { CodeBlock } from '@/components/ui/code-block'
import { Copyable } from '@/components/ui/copyable'
import { DescriptionList } from '@/components/ui/description-list'
import { LinkButton } from '@/components/ui/link-button'
import { TextLink } from '@/components/ui/text-link'

/** Where a program of the reader's own finds its key; nothing that Headroom reads. */
const VARIABLE = 'HEADROOM_KEY'

type Props = { organizationId: string /** Of the machine interface, with its version. */; base: string }

/** Where the machine interface is described, and a first request that works as it stands. */
export function ReferenceCard({ organizationId, base }: Props) {
  const t = useTranslations('developers.reference')
  const address = `${base}/organizations/${organizationId}/entitlements`
  const curl = `curl ${address} \\\n  -H "Authorization: Bearer $${VARIABLE}"`
  const typescript = `const response = await fetch(
  '${address}',
  { headers: { Authorization: \`Bearer \${process.env.${VARIABLE}}\` } },
)
if (!response.ok) throw new Error((await response.json()).detail)
const { meters } = await response.json()
for (const { meter, allowed, remaining } of meters) console.log(meter, allowed, remaining)`
  return (
    <Card
      actions={
        <LinkButton document={`${base}/reference`} icon={<BookOpen aria-hidden />}>
          {t('open')}
        </LinkButton>
      }
      description={t('description')}
      footer={<TextLink document={`${base}/openapi.json`}>{t('document')}</TextLink>}
      title={t('title')}
    >
      <DescriptionList
        items={[
          { term: t('organization'), value: <Copyable label={t('organizationId')} value={organizationId} /> },
          { term: t('base'), value: <Copyable label={t('baseAddress')} value={base} /> },
        ]}
      />
      <div className="grid @4xl:grid-cols-2 grid-cols-1 items-start gap-5">
        <CodeBlock code={curl} label={t('copyCurl')} title={t('curl')} />
        <CodeBlock code={typescript} label={t('copyTypescript')} title={t('typescript')} />
      </div>
    </Card>
  )
}
