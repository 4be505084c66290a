/**
 * Arabic stands in a PDF from left to right, glyph by glyph, and readers turn it around, letter by letter. Where one glyph
 * stands for several letters (`لا`, `الله`), its letters have to be in the glyph's own order, or they come out swapped when
 * the text is searched, copied or read aloud. The typesetter lists them as they are spoken; this turns them around, in the
 * tables of glyphs (CMaps), which it writes as plain text. Nothing moves: each table stays as long as it was.
 */
export function orderLigatures(pdf: Uint8Array): Uint8Array<ArrayBuffer> {
  const file = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString('latin1')
  return Uint8Array.from(Buffer.from(file.replace(TABLE, orderTable), 'latin1'))
}

const TABLE = /%%BeginResource: CMap.*?%%EndResource/gs
/** `<002A> <0627064406440647>`: a glyph, and its letters in UTF-16. */
const GLYPH_OF_SEVERAL = /(<[\da-f]+> )<((?:[\da-f]{4}){2,})>/gi
/** Hebrew, Arabic and what stands beside them. */
const FROM_THE_RIGHT = /^[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+$/

function orderTable(table: string): string {
  return table.replace(GLYPH_OF_SEVERAL, (entry, glyph: string, letters: string) => {
    const units = letters.match(/.{4}/g) ?? []
    const text = String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16)))
    return FROM_THE_RIGHT.test(text) ? `${glyph}<${units.toReversed().join('')}>` : entry
  })
}
