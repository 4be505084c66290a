import { describe, expect, it } from 'vitest'
import { csvLine, csvResponse } from './csv'

describe('csvLine', () => {
  it.each([
    { cells: ['2026-05-01', 12n], line: '2026-05-01,12\r\n', why: 'plain cells as they are' },
    { cells: ['a,b', 'say "hi"', 'two\nlines'], line: '"a,b","say ""hi""","two\nlines"\r\n', why: 'what has commas, quotes or line ends in quotes' },
    { cells: ['=1+1'], line: "'=1+1\r\n", why: 'no formula' },
    { cells: ['+1', '-1', '@SUM(A1)', '\tx', '\rx'], line: "'+1,'-1,'@SUM(A1),'\tx,\"'\rx\"\r\n", why: 'none of the other beginnings of one' },
    { cells: ['=HYPERLINK("http://evil","x")'], line: '"\'=HYPERLINK(""http://evil"",""x"")"\r\n', why: 'no link that runs' },
    { cells: [-5n], line: '-5\r\n', why: 'a number below zero, which is no text' },
    { cells: [{ decimal: '-6.67' as const }], line: '-6.67\r\n', why: 'a decimal below zero, likewise' },
    { cells: ['a=b', ''], line: 'a=b,\r\n', why: 'a sign further in, and nothing' },
  ])('writes $why', ({ cells, line }) => {
    expect(csvLine(cells)).toBe(line)
  })
})

describe('csvResponse', () => {
  it('sends lines one by one, as a file that nobody keeps', async () => {
    let made = 0
    function* lines() {
      for (const number of [1n, 2n, 3n]) {
        made++
        yield csvLine([number])
      }
    }
    const response = csvResponse('usage-api-calls', lines())
    expect(made).toBeLessThan(3)
    expect(await response.text()).toBe('1\r\n2\r\n3\r\n')
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="usage-api-calls.csv"')
    expect(response.headers.get('cache-control')).toContain('no-store')
  })

  it('sends what is read bit by bit, and stops reading when nobody listens any more', async () => {
    let stopped = false
    async function* lines() {
      try {
        for (let number = 1n; ; number++) yield csvLine([number])
      } finally {
        stopped = true
      }
    }
    const reader = csvResponse('endless', lines()).body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('1\r\n')
    await reader?.cancel()
    expect(stopped).toBe(true)
  })
})
