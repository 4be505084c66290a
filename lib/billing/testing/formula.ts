/**
 * Recomputes a formula as a person with a calculator would (C9): reads the numbers in it and nothing else, so that a wrong
 * number, a missing factor or a wrong sign is found. Exact fractions, no floats, and none of the engine's code.
 */

type Rational = { top: bigint; bottom: bigint }

const TOKEN = /\s*(?:(min|max|round)|([^\d\s()+−×/,=<>≥]*)\u00a0?(\d[\d,]*\d|\d)(\.\d+)?|([()+−×/,]))/y

type Token = { kind: 'name' | 'mark'; text: string } | { kind: 'number'; value: Rational }

function tokens(text: string): Token[] {
  const found: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match) throw new Error(`cannot read "${text}" at "${text.slice(at)}"`)
    const [, name, , whole, decimals, mark] = match
    if (name) found.push({ kind: 'name', text: name })
    else if (mark) found.push({ kind: 'mark', text: mark })
    else found.push({ kind: 'number', value: decimalOf(whole ?? '0', decimals ?? '') })
  }
  return found
}

function decimalOf(whole: string, decimals: string): Rational {
  const places = decimals.slice(1)
  return { top: BigInt(whole.replaceAll(',', '') + places), bottom: 10n ** BigInt(places.length) }
}

const add = (a: Rational, b: Rational): Rational => ({ top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom })
const negate = (a: Rational): Rational => ({ top: -a.top, bottom: a.bottom })
const times = (a: Rational, b: Rational): Rational => ({ top: a.top * b.top, bottom: a.bottom * b.bottom })
const over = (a: Rational, b: Rational): Rational => ({ top: a.top * b.bottom, bottom: a.bottom * b.top })
const isLess = (a: Rational, b: Rational): boolean => a.top * b.bottom < b.top * a.bottom

/** Half away from zero. */
function rounded({ top, bottom }: Rational, places: number): Rational {
  const scale = 10n ** BigInt(places)
  const size = (top < 0n ? -top : top) * scale * 2n + bottom
  const whole = size / (bottom * 2n)
  return { top: top < 0n ? -whole : whole, bottom: scale }
}

class Reader {
  private position = 0
  constructor(
    private readonly tokens: readonly Token[],
    private readonly places: number,
  ) {}

  read(): Rational {
    const value = this.sum()
    if (this.position !== this.tokens.length) throw new Error('the formula does not end where it should')
    return value
  }

  private takes(mark: string): boolean {
    const token = this.tokens[this.position]
    if (token?.kind !== 'mark' || token.text !== mark) return false
    this.position += 1
    return true
  }

  private sum(): Rational {
    let value = this.product()
    for (;;) {
      if (this.takes('+')) value = add(value, this.product())
      else if (this.takes('−')) value = add(value, negate(this.product()))
      else return value
    }
  }

  private product(): Rational {
    let value = this.factor()
    for (;;) {
      if (this.takes('×')) value = times(value, this.factor())
      else if (this.takes('/')) value = over(value, this.factor())
      else return value
    }
  }

  private factor(): Rational {
    if (this.takes('−')) return negate(this.factor())
    if (this.takes('(')) return this.closed(this.sum())
    const token = this.tokens[this.position]
    this.position += 1
    if (token?.kind === 'number') return token.value
    if (token?.kind === 'name') return this.called(token.text)
    throw new Error('a number was expected')
  }

  private closed(value: Rational): Rational {
    if (!this.takes(')')) throw new Error('a bracket is not closed')
    return value
  }

  private called(name: string): Rational {
    if (!this.takes('(')) throw new Error(`${name} is not called`)
    const values = [this.sum()]
    while (this.takes(',')) values.push(this.sum())
    this.closed(values[0] as Rational)
    if (name === 'round') return rounded(values[0] as Rational, this.places)
    return values.reduce((found, next) => (isLess(next, found) === (name === 'min') ? next : found))
  }
}

function evaluate(text: string, places: number): Rational {
  return new Reader(tokens(text), places).read()
}

/** What stands right of the last `=`, and what its left side gives when it is rounded to as many decimals. */
export function recompute(formula: string): { stated: string; recomputed: string } {
  const at = formula.lastIndexOf(' = ')
  if (at < 0) throw new Error(`"${formula}" states no result`)
  const result = formula.slice(at + 3)
  const places = result.match(/\.(\d+)$/)?.[1]?.length ?? 0
  return { stated: printed(evaluate(result, places), places), recomputed: printed(rounded(evaluate(formula.slice(0, at), places), places), places) }
}

/** The exact value of an expression without a result, rounded down to a whole number. */
export function floorOf(expression: string): bigint {
  const { top, bottom } = evaluate(expression, 0)
  return top / bottom
}

function printed(value: Rational, places: number): string {
  const whole = (value.top * 10n ** BigInt(places)) / value.bottom
  return `${whole}e-${places}`
}
