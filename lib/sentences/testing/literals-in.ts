/** A node of a parsed source. */
export type Node = { type?: string; [key: string]: unknown }

/** Stands where a template has a value. */
const HOLE = '\u0000'

/** Literals that are a value: a string, a template with holes, either side of a choice, what an object holds. */
export function literalsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const node = value as Node
  switch (node.type) {
    case 'StringLiteral':
      return [String(node.value)]
    case 'TemplateLiteral':
      return [(node.quasis as { cooked: string }[]).map(({ cooked }) => cooked).join(HOLE)]
    case 'ParenthesisExpression':
    case 'TsConstAssertion':
      return literalsIn(node.expression)
    case 'ConditionalExpression':
      return [...literalsIn(node.consequent), ...literalsIn(node.alternate)]
    case 'BinaryExpression':
      return [...literalsIn(node.left), ...literalsIn(node.right)]
    case 'ObjectExpression':
      return (node.properties as Node[]).flatMap((property) => literalsIn(property.value))
    default:
      return []
  }
}

export const nameOf = (node: unknown): string => String((node as { value?: unknown } | null)?.value ?? '')

/** What a literal reads like, whatever stands in its holes. */
export function patternOf(literal: string): RegExp {
  const words = literal.split(HOLE).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
  return new RegExp(words.join('.+'), 'u')
}
