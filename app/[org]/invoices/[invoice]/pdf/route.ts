import { getAccount, getPermittedViewer, readAs } from '@/lib/auth/session'
import { findDocument } from '@/lib/billing/views/documents'
import { readUnitWord } from '@/lib/billing/views/unit-word'
import { type DocumentId, isId } from '@/lib/ids'
import { printDocument } from '@/lib/printing/print-document'
import { PrinterBusy } from '@/lib/printing/typeset'

type Context = { params: Promise<{ org: string; invoice: string }> }

/** The document as a file. Somebody else's is not found. */
export async function GET(_: Request, { params }: Context): Promise<Response> {
  const { org, invoice } = await params
  if (!(await getAccount())) return new Response(null, { status: 401 })
  const viewer = await getPermittedViewer(org, 'invoices:read')
  if (!viewer || !isId('inv', invoice)) return new Response(null, { status: 404 })
  const found = await readAs(viewer, async (tx, id) => {
    const document = await findDocument(tx, id, invoice as DocumentId)
    return document && { document, unitWord: await readUnitWord(tx, document.language) }
  })
  if (!found) return new Response(null, { status: 404 })
  try {
    const { name, pdf } = await printDocument(found.document, found.unitWord)
    return new Response(pdf, {
      headers: { 'content-type': 'application/pdf', 'content-disposition': `attachment; filename="${name}"`, 'cache-control': 'private, no-store' },
    })
  } catch (fault) {
    if (fault instanceof PrinterBusy) return new Response(null, { status: 503, headers: { 'retry-after': '1' } })
    throw fault
  }
}
