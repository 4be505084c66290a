/** The number that stands on a document: `INV-000042`, `CN-000007`. */
export function documentNumber(document: { series: 'invoice' | 'credit_note'; number: bigint | null }): string {
  const prefix = document.series === 'invoice' ? 'INV' : 'CN'
  return `${prefix}-${(document.number ?? 0n).toString().padStart(6, '0')}`
}
