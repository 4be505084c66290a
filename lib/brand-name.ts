/** A card's brand as its scheme writes itself; an unknown one with a capital. */
export function brandName(brand: string): string {
  const known: Readonly<Record<string, string>> = {
    visa: 'Visa',
    mastercard: 'Mastercard',
    amex: 'American Express',
    unionpay: 'UnionPay',
    jcb: 'JCB',
    diners: 'Diners Club',
  }
  return known[brand] ?? brand.charAt(0).toUpperCase() + brand.slice(1)
}
