import type { DocumentDetail } from '../billing/views/documents'
import type { UnitWord } from '../sentences/word-sentence'
import { brandLogo } from './brand-logo'
import { orderLigatures } from './order-ligatures'
import { printedDocument } from './printed-document'
import { PrinterBusy, typeset } from './typeset'
import type { Picture } from './typeset-worker'

export type PrintedFile = { name: string; pdf: Uint8Array<ArrayBuffer> }

/**
 * A document as a PDF: the same bytes for the same document, as long as its payment and the logo stand as they stood.
 *
 * @param unitWord how the catalog calls its units in the document's language.
 * @param logo of the company that sends it, in place of its name at the head.
 * @throws PrinterBusy where too many are being printed just now.
 */
export async function printDocument(document: DocumentDetail, unitWord?: UnitWord, logo: Picture | null = brandLogo()): Promise<PrintedFile> {
  const createdAt = Math.floor(document.issuedAt.epochMilliseconds / 1_000)
  const print = (picture: Picture | null) => {
    const data = JSON.stringify({ ...printedDocument(document, unitWord), logo: picture?.name ?? null })
    return typeset({ data, createdAt, logo: picture })
  }
  // A picture that a browser shows and the typesetter does not read costs nobody their invoice.
  const set = await print(logo).catch((fault: unknown) => {
    if (!logo || fault instanceof PrinterBusy) throw fault
    return print(null)
  })
  return { name: `${document.number}.pdf`, pdf: orderLigatures(set) }
}
