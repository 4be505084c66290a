import { parseSync } from '@swc/core'

type Node = { type?: string; [key: string]: unknown }
export type ModuleImport = { specifier: string; typeOnly: boolean }
export type ModuleImports = { directive: string | undefined; imports: ModuleImport[] }

/**
 * What a TypeScript file imports, and whether anything of it is left when the types are gone.
 *
 * @param markup whether it may hold JSX, which changes what `<Value>(…)` means.
 * @throws Error where the source is not TypeScript.
 */
export function readModuleImports(source: string, { markup }: { markup: boolean }): ModuleImports {
  const { body } = parseSync(source, { syntax: 'typescript', tsx: markup, decorators: true }) as unknown as { body: Node[] }
  return { directive: directiveOf(body[0]), imports: [...body.flatMap(statementImports), ...body.flatMap(dynamicImports)] }
}

function directiveOf(first: Node | undefined): string | undefined {
  const expression = first?.type === 'ExpressionStatement' ? (first.expression as Node) : undefined
  return expression?.type === 'StringLiteral' ? String(expression.value) : undefined
}

function statementImports(statement: Node): ModuleImport[] {
  const source = statement.source as Node | null | undefined
  if (!source || !/^(Import|Export)/.test(statement.type ?? '')) return []
  const specifiers = (statement.specifiers as Node[] | undefined) ?? []
  const named = specifiers.length > 0 && specifiers.every((specifier) => specifier.isTypeOnly === true)
  return [{ specifier: String(source.value), typeOnly: statement.typeOnly === true || named }]
}

/** `import('…')` as a value, and as a type. */
function dynamicImports(value: unknown): ModuleImport[] {
  if (Array.isArray(value)) return value.flatMap(dynamicImports)
  if (typeof value !== 'object' || value === null) return []
  const node = value as Node
  const inside = Object.values(node).flatMap(dynamicImports)
  if (node.type === 'TsImportType') return [...literal(node.argument, true), ...inside]
  if (node.type !== 'CallExpression' || (node.callee as Node).type !== 'Import') return inside
  return [...literal((node.arguments as { expression: Node }[])[0]?.expression, false), ...inside]
}

function literal(node: unknown, typeOnly: boolean): ModuleImport[] {
  const { type, value } = (node ?? {}) as Node
  return type === 'StringLiteral' ? [{ specifier: String(value), typeOnly }] : []
}
