import type { DocumentDetail } from '../billing/views/documents'
import type { UnitWord } from '../sentences/word-sentence'
import { orderLigatures } from './order-ligatures'
import { printedDocument } from './printed-document'
import { typeset } from './typeset'

export type PrintedFile = { name: string; pdf: Uint8Array<ArrayBuffer> }

/**
 * A document as a PDF: the same bytes for the same document, as long as its payment stands as it stood.
 *
 * @param unitWord how the catalog calls its units in the document's language.
 * @throws PrinterBusy where too many are being printed just now.
 */
export async function printDocument(document: DocumentDetail, unitWord?: UnitWord): Promise<PrintedFile> {
  const data = JSON.stringify(printedDocument(document, unitWord))
  const set = await typeset({ data, createdAt: Math.floor(document.issuedAt.epochMilliseconds / 1_000) })
  return { name: `${document.number}.pdf`, pdf: orderLigatures(set) }
}
