import { CreditCard, Download, FileText, Plus } from 'lucide-react'
import type { Route } from 'next'
import type { ReactNode } from 'react'
import { PageHeader } from '@/components/layout/page-shell'
import { Badge, Status } from '@/components/ui/badge'
import { Breadcrumbs } from '@/components/ui/breadcrumbs'
import { Button } from '@/components/ui/button'
import { Card, CardPart, Section } from '@/components/ui/card'
import { Copyable } from '@/components/ui/copyable'
import { type Column, DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { DescriptionList } from '@/components/ui/description-list'
import { Disclosure, Formula } from '@/components/ui/disclosure'
import { EmptyState } from '@/components/ui/empty-state'
import { Figure } from '@/components/ui/figure'
import { Kbd } from '@/components/ui/kbd'
import { LinkButton } from '@/components/ui/link-button'
import { Money } from '@/components/ui/money'
import { Notice } from '@/components/ui/notice'
import { Pagination } from '@/components/ui/pagination'
import { Meter, ProgressWithText } from '@/components/ui/progress'
import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton'
import { TextLink } from '@/components/ui/text-link'
import { minor } from '@/lib/money'
import { Choices, Fields, Overlays, PressAndWait, Views } from './interactive'

const here = '/gallery' as Route

type Invoice = { number: string; issued: string; tone: 'ok' | 'warning' | 'neutral'; status: string; what: string; total: bigint }

const INVOICES: Invoice[] = [
  { number: 'INV-000114', issued: '2026-05-17T00:00:00Z', tone: 'warning', status: 'Open', what: 'Basic to Pro', total: 1333n },
  { number: 'INV-000092', issued: '2026-05-01T00:00:00Z', tone: 'ok', status: 'Paid', what: 'Basic, 30 days', total: 1000n },
  { number: 'CN-000011', issued: '2026-04-21T00:00:00Z', tone: 'neutral', status: 'Credit note', what: 'Pro to Basic', total: -667n },
]

const COLUMNS: Column<Invoice>[] = [
  { id: 'number', header: 'Number', cell: (row) => <TextLink href={here}>{row.number}</TextLink>, rowHeader: true },
  { id: 'issued', header: 'Issued', cell: (row) => <DateTime at={row.issued} /> },
  { id: 'what', header: 'For', cell: (row) => row.what },
  { id: 'status', header: 'Status', cell: (row) => <Status tone={row.tone}>{row.status}</Status> },
  { id: 'total', header: 'Total', align: 'end', cell: (row) => <Money amount={minor(row.total)} currency="usd" /> },
  {
    id: 'open',
    header: 'Actions',
    hideHeader: true,
    align: 'end',
    cell: () => (
      <LinkButton document="/gallery" icon={<Download aria-hidden />} size="sm" variant="ghost">
        PDF
      </LinkButton>
    ),
  },
]

function Row({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-3">{children}</div>
}

export function Gallery() {
  return (
    <main className="page-root mx-auto flex max-w-5xl flex-col gap-12 px-4 py-8 sm:px-8 sm:py-12" id="content">
      <div className="flex flex-col gap-3">
        <Breadcrumbs crumbs={[{ label: 'Headroom', href: here }, { label: 'Gallery' }]} />
        <PageHeader
          actions={
            <LinkButton href={'/gallery/shell' as Route} variant="secondary">
              See the shell
            </LinkButton>
          }
          description="Every primitive in every state. Look at it at 320, 768 and 1440 pixels, light and dark."
          title="Gallery"
        />
      </div>

      <Section title="Cards, figures, progress">
        <div className="grid gap-4 md:grid-cols-2">
          <UsageCard />
          <Card footer={<span>Credit is used before your card.</span>} title="Next charge">
            <Figure detail="on Jun 1, 2026, 00:00 UTC" label="Total" size="lg" value={<Money amount={minor(3500n)} currency="usd" />} />
            <DescriptionList
              items={[
                { term: 'Pro, 30 days', value: <Money amount={minor(3000n)} currency="usd" /> },
                { term: 'Extra calls so far', value: <Money amount={minor(500n)} currency="usd" /> },
                { term: 'Credit', value: <Money amount={minor(0n)} currency="usd" /> },
                { term: 'Total', value: <Money amount={minor(3500n)} currency="usd" />, strong: true },
              ]}
              layout="ledger"
            />
          </Card>
        </div>
      </Section>

      <Section description="A control that is switched off says why, beside itself." title="Buttons">
        <Row>
          <Button variant="primary">Pay $13.33 and upgrade</Button>
          <Button>Keep Basic</Button>
          <Button variant="ghost">Not now</Button>
          <Button variant="danger">Cancel plan</Button>
        </Row>
        <Row>
          <Button icon={<Plus aria-hidden />} size="sm">
            Invite
          </Button>
          <Button icon={<CreditCard aria-hidden />}>Update card</Button>
          <LinkButton document="/gallery" icon={<Download aria-hidden />}>
            CSV
          </LinkButton>
          <Button size="lg" variant="primary">
            Sign in
          </Button>
          <PressAndWait />
        </Row>
        <Button reason="Only owners and admins change the plan. Ask Ada Lovelace." variant="primary">
          Upgrade to Pro
        </Button>
      </Section>

      <Section title="Notices">
        <Notice action={<Button size="sm">Update payment method</Button>} title="Your last payment failed" tone="danger">
          $30.00 for Pro was declined on May 6. Service goes on until May 13, 00:00 UTC; we try again tomorrow.
        </Notice>
        <Notice title="Not yet" tone="warning">
          You have used 5,000 calls; with 4 days of this cycle completed Basic allows 4,400. From May 6, 00:00 UTC, this will fit if usage stays as it is.
        </Notice>
        <Notice tone="info">
          Your plan ends on <DateTime at="2026-05-31T00:00:00Z" precision="minute" />. <TextLink href={here}>Reactivate it</TextLink> until then.
        </Notice>
        <Notice tone="ok">You are on Pro now. The limit of 300,000 calls holds at once.</Notice>
      </Section>

      <Section title="Words of state">
        <Row>
          <Status tone="ok">Paid</Status>
          <Status tone="info">In flight</Status>
          <Status tone="warning">Past due</Status>
          <Status tone="danger">Payment failed</Status>
          <Status tone="neutral">Void</Status>
        </Row>
        <Row>
          <Badge tone="accent">Current</Badge>
          <Badge>Downgrade</Badge>
          <Badge tone="ok">Active</Badge>
          <Badge tone="info">Trial</Badge>
          <Badge tone="warning">80% used</Badge>
          <Badge tone="danger">Blocked</Badge>
          <Kbd>Esc</Kbd>
          <Copyable label="subscription id" value="sub_01jw3zq8c2f5v9k1" />
          <Money amount={null} currency="usd" />
        </Row>
      </Section>

      <Card
        actions={
          <LinkButton document="/gallery" icon={<Download aria-hidden />} size="sm">
            CSV
          </LinkButton>
        }
        flush
        title="Invoices"
      >
        <DataTable caption="Invoices" columns={COLUMNS} inset rowKey={(row) => row.number} rows={INVOICES} />
      </Card>
      <Pagination newer={here} older={here} />

      <Card description="INV-000114 · May 17, 2026" title="Invoice lines">
        <div className="flex flex-col divide-y divide-line">
          <Disclosure aside={<Money amount={minor(-667n)} currency="usd" />} open summary="Unused time on Basic">
            <div className="flex flex-col gap-3">
              <Formula>−$10.00 × 20 / 30 = −$6.67</Formula>
              <DescriptionList
                items={[
                  { term: 'Unused days', value: '20 of 30' },
                  { term: 'Price for the period', value: '$10.00' },
                  { term: 'Rule', value: 'A6, C5' },
                ]}
              />
            </div>
          </Disclosure>
          <Disclosure aside={<Money amount={minor(2000n)} currency="usd" />} summary="Pro for the rest of the period">
            <Formula>$30.00 × 20 / 30 = $20.00</Formula>
          </Disclosure>
        </div>
        <CardPart>
          <DescriptionList
            items={[
              { term: 'Total', value: <Money amount={minor(1333n)} currency="usd" /> },
              { term: 'Due today', value: <Money amount={minor(1333n)} currency="usd" />, strong: true },
            ]}
            layout="ledger"
          />
        </CardPart>
      </Card>

      <div className="grid items-start gap-4 md:grid-cols-2">
        <Card title="Fields">
          <Fields />
        </Card>
        <Card title="Choices">
          <Choices />
        </Card>
      </div>

      <Section title="Overlays">
        <Overlays />
      </Section>

      <Section title="Views">
        <Views />
      </Section>

      <div className="grid gap-4 md:grid-cols-2">
        <Card flush title="Nothing yet">
          <EmptyState action={<Button variant="primary">See plans</Button>} icon={<FileText />} title="No invoices yet">
            The first one is issued when you choose a paid plan.
          </EmptyState>
        </Card>
        <Card title="On its way">
          <SkeletonGroup className="flex flex-col gap-4">
            <Skeleton className="h-8 w-40" />
            <Skeleton className="h-2.5 w-full rounded-full" />
            <Skeleton className="h-4 w-56 max-w-full" />
            <Skeleton className="h-4 w-48 max-w-full" />
          </SkeletonGroup>
        </Card>
      </div>
    </main>
  )
}

export function UsageCard() {
  return (
    <Card
      actions={<Badge tone="warning">80% used</Badge>}
      footer={
        <span>
          Period ends <DateTime at="2026-05-31T00:00:00Z" precision="minute" />
        </span>
      }
      title="API calls"
    >
      <Figure detail="of 30,000 calls on Basic" label="Used" size="lg" value="24,612" />
      <ProgressWithText
        end="5,388 remaining"
        label="Calls used of this period's allowance"
        marks={[80]}
        percent={82}
        start="82%"
        tone="warning"
        valueText="24,612 of 30,000 calls used, 82%"
      />
      <CardPart className="flex flex-col gap-3">
        {[
          { key: 'production', share: 71, calls: '17,475' },
          { key: 'staging', share: 22, calls: '5,414' },
          { key: 'No key', share: 7, calls: '1,723' },
        ].map((row) => (
          <div className="grid grid-cols-[6.5rem_1fr_4rem] items-center gap-3 text-sm" key={row.key}>
            <span className="truncate">{row.key}</span>
            <Meter label={`Share of ${row.key}`} percent={row.share} valueText={`${row.calls} calls, ${row.share}%`} />
            <span className="figures text-end text-muted">{row.calls}</span>
          </div>
        ))}
      </CardPart>
    </Card>
  )
}
