import sharp from 'sharp'
import { getDocumentProxy } from 'unpdf'
import { describe, expect, it } from 'vitest'
import type { DocumentDetail } from '../billing/views/documents'
import { minor } from '../money'
import { instant } from '../time'
import { printDocument } from './print-document'
import { paidInvoice, planLine } from './testing/document'
import { readBack } from './testing/read-back'
import { PrinterBusy } from './typeset'

const pagesOf = async (document: DocumentDetail) => readBack((await printDocument(document)).pdf)
const textOf = async (document: DocumentDetail) => (await pagesOf(document)).join('\n')
/** Without the breaks that a narrow column makes in it. */
const solid = (text: string) => text.replaceAll(/[\s\u200b]/g, '')

describe('a printed document', () => {
  it('says who sold what to whom, when, for which period and how it was paid', async () => {
    const text = await textOf(paidInvoice())
    for (const words of [
      'Invoice',
      'INV-000042',
      'Example GmbH',
      'Hauptstraße 1',
      '10115 Berlin',
      'Germany',
      'Tax ID: DE123456789',
      'Questions: billing@example.com',
      'Acme, Inc.',
      'Springfield',
      'United States',
      'Tax ID: 12-3456789',
      'May 1, 2026 – May 31, 2026',
      'USD (US Dollar)',
      'Paid on May 2, 2026 with Visa ending in 4242',
      'Enterprise, a period in advance',
      '10,000 calls over the limit of 1,000,000',
      '10,000 × $0.0005 = $5.00 (rule A3)',
      'not computed here',
      '−$6.67',
      '$98.33',
      '$5.00 is for usage over the limit.',
      'Page 1 of 1',
    ]) {
      expect(text).toContain(words)
    }
  })

  it('is in the organization’s language, figures too', async () => {
    const text = await textOf(paidInvoice({ language: 'de' }))
    for (const words of [
      'Rechnung',
      'Deutschland',
      'Vereinigte Staaten',
      '1. Mai 2026 – 31. Mai 2026',
      'Bezahlt am 2. Mai 2026 mit Visa, Endziffern 4242',
      'Enterprise, ein Zeitraum im Voraus',
      '10.000 Aufrufe über dem Limit von 1.000.000',
      '10.000 × 0,0005 $ = 5,00 $ (Regel A3)',
      'hier nicht berechnet',
      '5,00 $ sind für Nutzung über dem Limit.',
      'Seite 1 von 1',
    ]) {
      expect(text.replaceAll('\u00a0', ' ')).toContain(words)
    }
  })

  it.each([
    { why: 'Latin with marks', name: 'Ångström & Łódź Việt Nam Çelik ŻÓŁĆ' },
    { why: 'Greek and Cyrillic', name: 'Ελληνική Εταιρεία ООО Ромашка' },
    { why: 'Japanese, with the rare forms of names', name: '株式会社サンプル・テクノロジー髙橋﨑ヴェ' },
    { why: 'Arabic', name: 'شركة الأفق للتقنية المحدودة' },
    { why: 'Arabic with the joined letters of God’s name and of lam-alef', name: 'مؤسسة عبد الله السلام لا إله آلاء' },
    { why: 'Persian and Urdu', name: 'پارس گستر چاپ ٹیلی کراچی' },
    { why: 'markup of the typesetter', name: '#panic() *Acme* _Inc_ $x$ \\ <b> [a] // @x' },
  ])('prints a name in $why as it is written', async ({ name }) => {
    const text = await textOf(paidInvoice({ buyer: { name }, lines: [planLine(name)] }))
    expect(solid(text).split(solid(name)).length - 1, text).toBe(2)
  })

  it('sets a name of two scripts in the direction of the first, and each of its parts as it is written', async () => {
    const text = await textOf(paidInvoice({ buyer: { name: 'شركة الأفق (Horizon) ش.م.م 123' } }))
    for (const part of ['شركة الأفق', 'Horizon', '123']) expect(text).toContain(part)
    const mixed = await textOf(paidInvoice({ buyer: { name: 'Horizon شركة الأفق 株式会社' } }))
    for (const part of ['Horizon', 'شركة الأفق', '株式会社']) expect(mixed).toContain(part)
  })

  it('prints what no font has letters for, without it', async () => {
    expect(await textOf(paidInvoice({ buyer: { name: 'Seoul 주식회사 🎈' } }))).toContain('Seoul')
  })

  it('repeats the head of the table on every page, and counts them', async () => {
    const pages = await pagesOf(paidInvoice({ lines: Array.from({ length: 150 }, (_, number) => planLine(`Line ${number + 1} of many`)) }))
    expect(pages.length).toBeGreaterThan(3)
    const last = pages.length
    for (const [index, page] of pages.entries()) {
      if (page.includes('of many')) expect(page).toContain('Unit price')
      expect(page).toContain(`Page ${index + 1} of ${last}`)
      expect(page).toContain('INV-000042')
    }
    expect(pages.join('\n').match(/Line \d+ of many/g)).toHaveLength(150)
  })

  it('breaks a word that is longer than its column', async () => {
    const text = await textOf(paidInvoice({ buyer: { name: 'W'.repeat(200) } }))
    expect(solid(text)).toContain('W'.repeat(200))
  })

  it('says of a credit note which invoices it is about, and that it is credit', async () => {
    const related = [{ id: paidInvoice().id, number: 'INV-000007', issuedAt: instant('2026-04-20T00:00:00Z'), total: minor(30_00) }]
    const text = await textOf(
      paidInvoice({
        kind: 'credit_note',
        number: 'CN-000003',
        total: minor(-13_33),
        creditApplied: minor(0),
        creditIssued: minor(13_33),
        amountDue: minor(0),
        amountPaid: minor(0),
        related,
      }),
    )
    for (const words of ['Credit note', 'CN-000003', 'INV-000007 of April 20, 2026', 'Added to your credit balance', '$13.33']) expect(text).toContain(words)
    expect(text).not.toContain('Still to pay')
  })

  it('names the bank account on a pro-forma invoice as long as it is open, and is an invoice once it is paid', async () => {
    const open = {
      kind: 'pro_forma',
      status: 'open',
      paidAt: null,
      amountPaid: minor(0),
      payment: { ...paidInvoice().payment, state: 'open', card: null },
    } as const
    const text = await textOf(paidInvoice(open))
    for (const words of ['Pro-forma invoice', 'Open: $98.33 to pay', 'IBAN DE02 1203 0000 0000 2020 51', 'Reference: INV-000042']) expect(text).toContain(words)
    const paid = await textOf(paidInvoice({ kind: 'pro_forma', payment: { ...paidInvoice().payment, card: null, reference: 'TRX 42' } }))
    expect(paid).toContain('Paid on May 2, 2026 by bank transfer, reference TRX 42')
    expect(paid).not.toContain('IBAN')
  })

  it.each([
    { facts: { status: 'void', amountPaid: minor(0), paidAt: null } as const, words: ['Void: nothing is to be paid for this document', 'VOID'] },
    { facts: { amountRefunded: minor(98_33) }, words: ['Refunded in full'] },
    { facts: { amountRefunded: minor(5_00) }, words: ['$5.00 was refunded'] },
    { facts: { status: 'uncollectible', amountPaid: minor(0) } as const, words: ['Not collected, and not expected any more'] },
    { facts: { currency: 'jpy', total: minor(10_500) }, words: ['¥10,500', 'JPY (Japanese Yen)'] },
  ])('tells its state: $words', async ({ facts, words }) => {
    const text = await textOf(paidInvoice(facts))
    for (const expected of words) expect(text).toContain(expected)
  })

  describe('with a logo', () => {
    const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10" fill="#2f7d32"/></svg>'
    const square = sharp({ create: { width: 40, height: 10, channels: 3, background: '#2f7d32' } })
    const images = async (pdf: Uint8Array) => {
      const page = await (await getDocumentProxy(pdf.slice())).getPage(1)
      const { fnArray } = await page.getOperatorList()
      return fnArray.length
    }

    it.each([
      { kind: 'svg', drawn: async () => Buffer.from(SVG) },
      { kind: 'png', drawn: () => square.png().toBuffer() },
      { kind: 'webp', drawn: () => square.webp().toBuffer() },
    ])('$kind shows it in place of the name at its head, and the name beside the address', async ({ kind, drawn }) => {
      const bytes = await drawn()
      const plain = await printDocument(paidInvoice(), undefined, null)
      const { pdf } = await printDocument(paidInvoice(), undefined, { name: `logo.${kind}`, bytes })
      expect(await images(pdf)).not.toBe(await images(plain.pdf))
      const names = async (file: Uint8Array) => (await readBack(file)).join('\n').split('Example GmbH').length
      expect(await names(pdf)).toBe((await names(plain.pdf)) - 1)
      expect((await printDocument(paidInvoice(), undefined, null)).pdf).toEqual(plain.pdf)
    })

    it('that cannot be set is left out', async () => {
      const broken = { name: 'logo.svg', bytes: Buffer.from('<svg') }
      expect((await printDocument(paidInvoice(), undefined, broken)).pdf).toEqual((await printDocument(paidInvoice(), undefined, null)).pdf)
    })
  })

  it('is the same bytes for the same document, has a title and a language, and is tagged for those who hear it', async () => {
    const document = paidInvoice({ language: 'de', buyer: { name: 'شركة 株式会社 Acme' } })
    const [one, other] = await Promise.all([printDocument(document), printDocument({ ...document })])
    expect(Buffer.compare(one.pdf, other.pdf)).toBe(0)
    expect(one.name).toBe('INV-000042.pdf')
    const proxy = await getDocumentProxy(Uint8Array.from(one.pdf))
    const { info } = await proxy.getMetadata()
    expect(info).toMatchObject({ Title: 'Rechnung INV-000042', Author: 'Example GmbH', Language: 'de' })
    expect(await proxy.getMarkInfo()).toMatchObject({ Marked: true })
    expect(Buffer.from(one.pdf).toString('latin1')).toContain('pdfuaid')
  })
})

describe('printing', () => {
  it('takes well under 300 ms a document, also a long one', async () => {
    const long = { lines: Array.from({ length: 120 }, (_, number) => planLine(`Line ${number + 1}`)) }
    await printDocument(paidInvoice()) // The thread is started once.
    const times: number[] = []
    for (let number = 0; number < 9; number++) {
      const started = performance.now()
      await printDocument(paidInvoice({ number: `INV-${number}`, ...(number % 3 === 0 ? long : {}) }))
      times.push(performance.now() - started)
    }
    expect(times.toSorted((one, other) => one - other)[4]).toBeLessThan(300)
  })

  it('turns away what comes while many wait, and prints all the others', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 60 }, (_, number) => printDocument(paidInvoice({ number: `INV-${number}` }))))
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(refused).toHaveLength(10)
    for (const reason of refused) expect(reason).toBeInstanceOf(PrinterBusy)
    expect((await printDocument(paidInvoice())).pdf.length).toBeGreaterThan(1_000)
  })
})
