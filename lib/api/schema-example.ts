/** As much of JSON Schema as our own document uses. */
export type JsonSchema = {
  $ref?: string
  type?: string | string[]
  description?: string
  example?: unknown
  default?: unknown
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxItems?: number
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  additionalProperties?: boolean | JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
}

export type Schemas = Readonly<Record<string, JsonSchema>>

const PREFIX = '#/components/schemas/'

export function nameOfReference({ $ref }: JsonSchema): string | null {
  return $ref?.startsWith(PREFIX) ? $ref.slice(PREFIX.length) : null
}

/** The schema itself, where it is named only. */
export function resolved(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const name = nameOfReference(schema)
  return (name !== null && schemas[name]) || schema
}

/** The first alternative that is more than null. */
function chosen(schema: JsonSchema): JsonSchema | null {
  const alternatives = schema.anyOf ?? schema.oneOf
  return alternatives?.find(({ type }) => type !== 'null') ?? schema.allOf?.[0] ?? null
}

/** A value that a schema allows, made of its own examples. */
export function exampleOf(schema: JsonSchema, schemas: Schemas): unknown {
  if (schema.example !== undefined) return schema.example
  const { enum: values, const: only, default: preset } = schema
  if (only !== undefined) return only
  if (values) return values[0]
  if (preset !== undefined) return preset
  if (schema.$ref) return exampleOf(resolved(schema, schemas), schemas)
  const alternative = chosen(schema)
  if (alternative) return exampleOf(alternative, schemas)
  switch (Array.isArray(schema.type) ? schema.type.find((type) => type !== 'null') : schema.type) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, exampleOf(inner, schemas)]))
    case 'array':
      return schema.items ? [exampleOf(schema.items, schemas)] : []
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1)
    case 'boolean':
      return true
    case 'string':
      return 'text'
    default:
      return null
  }
}
