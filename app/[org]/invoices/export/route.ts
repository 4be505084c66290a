import { getAccount, getPermittedViewer, readPastAs } from '@/lib/auth/session'
import { listDocuments } from '@/lib/billing/views/documents'
import { invoicesCsv } from '@/lib/billing/views/invoices-csv'
import { csvResponse } from '@/lib/csv'
import { documentFilter } from '../document-choice'

/** So many documents are read at a time, and none is kept. */
const DOCUMENTS_AT_A_TIME = 100

/** All documents that the list shows with this address, on all of its pages, line by line. */
export async function GET(request: Request, { params }: { params: Promise<{ org: string }> }): Promise<Response> {
  const { org } = await params
  if (!(await getAccount())) return new Response(null, { status: 401 })
  const viewer = await getPermittedViewer(org, 'invoices:read')
  if (!viewer) return new Response(null, { status: 404 })
  const filter = documentFilter(Object.fromEntries(new URL(request.url).searchParams))
  const readAfter: Parameters<typeof invoicesCsv>[0] = (before) =>
    readPastAs(viewer, (tx, id) => listDocuments(tx, id, { limit: DOCUMENTS_AT_A_TIME, before, filter }))
  return csvResponse(`invoices-${org}`, invoicesCsv(readAfter))
}
