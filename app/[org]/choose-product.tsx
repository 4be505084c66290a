import type { Route } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { ProductChoice } from '@/components/usage/product-choice'
import { readAs, requireViewer } from '@/lib/auth/session'
import { listProducts } from '@/lib/billing/views/products'

type Props = {
  org: string
  permission: 'plan:read' | 'usage:read'
  /** Only what is metered has such a page. */
  isAboutUsage?: boolean
  title: string
  description: string
  /** Where the page about one product is. */
  pathOf: (org: string, product: string) => Route
}

/** What a short address (`/acme/plan`) shows: leads to the only product there is, and asks where there are several. */
export async function ChooseProduct({ org, permission, isAboutUsage = false, title, description, pathOf }: Props) {
  const viewer = await requireViewer(org, permission)
  const { held, available } = await readAs(viewer, listProducts)
  const fitting = held.filter(({ isMetered }) => isMetered || !isAboutUsage)
  const choices = held.length > 0 ? fitting : available.filter(({ isMetered }) => isMetered || !isAboutUsage)
  const t = await getTranslations('usage')
  const [only] = choices
  if (only && choices.length === 1) redirect(pathOf(org, only.id))
  return (
    <PageShell title={title} width="reading">
      <ProductChoice
        description={held.length > 0 ? description : t('chooseFirst')}
        items={choices.map(({ id, name }) => ({ id, name, href: pathOf(org, id), isHeld: held.length > 0 }))}
      />
    </PageShell>
  )
}
