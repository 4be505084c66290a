import { existsSync, readFileSync } from 'node:fs'

const CITATION = /`([^`]+\.(?:test|spec)\.ts)` › (.+?)(?=<br>| \|)/g
const ROW = /^\| (\w+)[.]? /

export type Citation = { row: string; file: string; title: string }

/** Which tests each row of a table names: `file` › title. */
export function citationsOf(text: string): Citation[] {
  return text.split('\n').flatMap((line) => {
    const row = ROW.exec(line)?.[1] ?? ''
    return [...line.matchAll(CITATION)].map(([, file = '', title = '']) => ({ row, file, title }))
  })
}

/** The title as it is written in the file, as a whole: the name of a test or of a group of them. */
function isThere({ file, title }: Citation): boolean {
  if (!existsSync(file)) return false
  const source = readFileSync(file, 'utf8')
  return ["'", '"', '`'].some((quote) => source.includes(`(${quote}${title}${quote}`))
}

export const findMissingTests = (text: string): Citation[] => citationsOf(text).filter((citation) => !isThere(citation))
