import { invalidRequest } from './failure'
import { type Call, findObject, type Kind } from './store'

const EXPANDABLE: Record<string, Kind> = {
  customer: 'customer',
  payment_method: 'payment_method',
  default_payment_method: 'payment_method',
  latest_charge: 'charge',
  charge: 'charge',
  payment_intent: 'payment_intent',
  setup_intent: 'setup_intent',
}
const MAXIMUM_DEPTH = 4

type Node = Record<string, unknown>

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}

async function expandOne(call: Call, node: Node, path: readonly string[], whole: string): Promise<Node> {
  const [field = '', ...rest] = path
  if (!(field in node)) throw invalidRequest(`This property cannot be expanded (${whole}).`, { param: 'expand' })
  const value = node[field]
  if (Array.isArray(value)) return { ...node, [field]: await Promise.all(value.map((item) => (isNode(item) ? expandOne(call, item, rest, whole) : item))) }
  if (value === null) return node
  let child: unknown = value
  if (typeof value === 'string') {
    const kind = EXPANDABLE[field]
    if (kind === undefined) throw invalidRequest(`This property cannot be expanded (${whole}).`, { param: 'expand' })
    child = (await findObject(call, kind, value))?.body ?? value
  }
  return { ...node, [field]: rest.length > 0 && isNode(child) ? await expandOne(call, child, rest, whole) : child }
}

/** Puts whole objects where ids stand: `['latest_charge', 'data.payment_method']`. The stored object is not touched. */
export async function expandPaths(call: Call, body: object, paths: readonly string[]): Promise<object> {
  let expanded = body as Node
  for (const whole of paths) {
    const path = whole.split('.')
    if (path.length > MAXIMUM_DEPTH) throw invalidRequest('You cannot expand more than 4 levels of a property.', { param: 'expand' })
    expanded = await expandOne(call, expanded, path, whole)
  }
  return expanded
}
