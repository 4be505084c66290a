import { PageShell } from '@/components/layout/page-shell'
import { SectionBoundary } from '@/components/layout/section-boundary'
import { Card } from '@/components/ui/card'
import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton'
import { requireOpenGallery } from '../../open'

let tries = 0

/** Fails at every other try, so that "Try again" is seen to work. */
async function Shaky() {
  await Promise.resolve()
  tries += 1
  if (tries % 2 === 1) throw new Error('the sample fault of the gallery')
  return <p>Loaded at the second try.</p>
}

/** `/gallery/fault/section` and `/gallery/fault/page`: what a person sees when something breaks. */
export default async function GalleryFaultPage({ params }: { params: Promise<{ where: string }> }) {
  await requireOpenGallery()
  const { where } = await params
  if (where === 'page') return <Shaky />
  return (
    <main className="mx-auto max-w-3xl px-4 py-10" id="content">
      <PageShell title="Faults">
        <SectionBoundary
          section="Invoices"
          skeleton={
            <SkeletonGroup>
              <Skeleton className="h-12" />
            </SkeletonGroup>
          }
        >
          <Shaky />
        </SectionBoundary>
        <Card title="Another part">It stays.</Card>
      </PageShell>
    </main>
  )
}
