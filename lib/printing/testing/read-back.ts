import { getDocumentProxy } from 'unpdf'

type Piece = { str: string; dir: string; transform: number[] }
type Placed = { text: string; fromRight: boolean; x: number; y: number }

/**
 * The text of a PDF as a person reads it, page by page: pieces of one line in the order of their script, lines from top to
 * bottom. What a line break has parted is joined again, for a name may be wider than its column.
 */
export async function readBack(pdf: Uint8Array): Promise<string[]> {
  const file = await getDocumentProxy(Uint8Array.from(pdf))
  const pages: string[] = []
  for (let number = 1; number <= file.numPages; number++) {
    const { items } = await (await file.getPage(number)).getTextContent()
    const pieces = items.filter((item): item is typeof item & Piece => 'str' in item && item.str !== '')
    pages.push(
      inLines(pieces.map(place))
        .map((line) => line.map(({ text }) => text).join(''))
        .join('\n'),
    )
  }
  return pages
}

function place({ str, dir, transform }: Piece): Placed {
  return { text: str, fromRight: dir === 'rtl', x: transform[4] ?? 0, y: transform[5] ?? 0 }
}

/** Pieces follow each other in the file as they stand on a line, from left to right; a run of Arabic ones is read the other way. */
function inLines(pieces: readonly Placed[]): Placed[][] {
  const lines: Placed[][] = []
  for (const piece of pieces) {
    const line = lines.at(-1)
    if (line?.[0]?.y === piece.y) line.push(piece)
    else lines.push([piece])
  }
  return lines.map(readRuns)
}

function readRuns(line: Placed[]): Placed[] {
  const read: Placed[] = []
  let run: Placed[] = []
  for (const piece of line) {
    if (piece.fromRight || (piece.text.trim() === '' && run.length > 0)) {
      run.push(piece)
      continue
    }
    read.push(...run.toReversed(), piece)
    run = []
  }
  return [...read, ...run.toReversed()]
}
