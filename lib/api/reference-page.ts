import { PROBLEMS } from './codes'
import type { openApiDocument } from './openapi'
import { referenceStyle } from './reference-style'
import { type JsonSchema, nameOfReference, resolved, type Schemas } from './schema-example'

type Parameter = { name: string; in: string; required?: boolean; description?: string; schema?: JsonSchema }
type Media = { schema?: JsonSchema; example?: unknown }
type Contents = { description?: string; content?: Record<string, Media> }
type Operation = {
  tags: string[]
  operationId: string
  summary: string
  description?: string
  parameters?: Parameter[]
  requestBody?: Contents
  responses: Record<string, Contents>
}
type Entry = { method: string; path: string; operation: Operation }

/** Our own text, trusted; everything else goes through `markup`. */
class Html {
  constructor(readonly text: string) {}
}

type Piece = Html | string | number | readonly Html[]

function markup(strings: TemplateStringsArray, ...pieces: Piece[]): Html {
  return new Html(strings.reduce((page, string, index) => page + render(pieces[index - 1] ?? '') + string))
}

function render(piece: Piece): string {
  if (piece instanceof Html) return piece.text
  if (typeof piece === 'object') return piece.map((one) => one.text).join('')
  return escaped(String(piece))
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Paragraphs, and `code` between backticks. */
function prose(text: string): Html {
  const coded = (paragraph: string) => paragraph.split('`').map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : markup`${part}`))
  return markup`${text.split('\n\n').map((paragraph) => markup`<p>${coded(paragraph)}</p>`)}`
}

/** The OpenAPI document for people: one page, drawn here, that loads nothing from anywhere. */
export function referencePage(document: ReturnType<typeof openApiDocument>): string {
  const schemas = (document.components?.schemas ?? {}) as Schemas
  const entries = Object.entries((document.paths ?? {}) as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
  const areas = [...new Set(entries.map(({ operation }) => operation.tags[0] ?? ''))].map((area) => ({
    area,
    entries: entries.filter(({ operation }) => operation.tags[0] === area),
  }))
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Headroom: the HTTP interface</title>
<style>${new Html(referenceStyle)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><p class="brand">Headroom</p><p><a href="openapi.json">OpenAPI 3.1 document</a></p></header>
<div class="columns">
<nav aria-label="Operations">${areas.map(drawNavigation)}
<h2><a href="#objects">Objects</a></h2><h2><a href="#errors">Errors</a></h2></nav>
<main id="content" tabindex="-1">
<h1>The HTTP interface</h1>
${prose(document.info.description ?? '')}
<pre tabindex="0"><code>curl ${'https://billing.example.com'}/api/v1/organizations \\
  -H 'Authorization: Bearer …'</code></pre>
${areas.map(({ area, entries: of }) => markup`<section aria-labelledby="${slug(area)}"><h2 id="${slug(area)}">${area}</h2>${of.map((entry) => drawOperation(entry, schemas))}</section>`)}
<section aria-labelledby="objects"><h2 id="objects">Objects</h2>${Object.entries(schemas).map(([name, schema]) => drawObject(name, schema, schemas))}</section>
${drawErrors()}
</main>
</div>
</body>
</html>
`
  return page.text
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}

function drawNavigation({ area, entries }: { area: string; entries: Entry[] }): Html {
  return markup`<h2><a href="#${slug(area)}">${area}</a></h2>
<ul>${entries.map(({ method, operation }) => markup`<li><a href="#${operation.operationId}"><span class="method ${method}">${method.toUpperCase()}</span> ${operation.summary}</a></li>`)}</ul>`
}

function drawOperation({ method, path, operation }: Entry, schemas: Schemas): Html {
  const { operationId, summary, description = '', parameters = [], requestBody, responses } = operation
  const body = requestBody?.content?.['application/json']
  return markup`<article aria-labelledby="${operationId}">
<h3 id="${operationId}">${summary}</h3>
<p class="address"><span class="method ${method}">${method.toUpperCase()}</span> <code>/api/v1${path}</code></p>
${prose(description)}
${parameters.length > 0 ? drawFields('Parameters', parameters.map(parameterRow), schemas) : ''}
${body?.schema && Object.keys(resolved(body.schema, schemas).properties ?? {}).length > 0 ? drawBody(body, schemas) : ''}
<h4>Answers</h4>
<dl class="answers">${Object.entries(responses).map(([status, answer]) => drawAnswer(status, answer))}</dl>
${drawSuccess(responses)}
</article>`
}

type FieldRow = { name: string; schema: JsonSchema; isRequired: boolean; note: string }

function parameterRow({ name, in: place, required = false, description = '', schema = {} }: Parameter): FieldRow {
  return { name, schema: { ...schema, description }, isRequired: required, note: place }
}

function fieldRows(schema: JsonSchema, schemas: Schemas): FieldRow[] {
  const { properties = {}, required = [] } = resolved(schema, schemas)
  return Object.entries(properties).map(([name, inner]) => ({ name, schema: inner, isRequired: required.includes(name), note: '' }))
}

function drawFields(caption: string, rows: readonly FieldRow[], schemas: Schemas): Html {
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">What it is</th></tr></thead>
<tbody>${rows.map(
    ({ name, schema, isRequired, note }) =>
      markup`<tr><th scope="row"><code>${name}</code>${isRequired ? markup` <span class="required">required</span>` : ''}</th><td>${typeOf(schema)}${note ? `, in the ${note}` : ''}</td><td>${prose(describe(schema, schemas))}</td></tr>`,
  )}</tbody></table></div>`
}

function drawBody(body: Media, schemas: Schemas): Html {
  return markup`${drawFields('Body', fieldRows(body.schema ?? {}, schemas), schemas)}${drawExample('Example body', body.example)}`
}

function drawAnswer(status: string, { description = '' }: Contents): Html {
  return markup`<div><dt class="${status < '300' ? 'good' : 'bad'}">${status}</dt><dd>${prose(description)}</dd></div>`
}

function drawSuccess(responses: Record<string, Contents>): Html | string {
  const [status, answer] = Object.entries(responses).find(([code]) => code < '300') ?? []
  const example = answer?.content?.['application/json']?.example
  return example === undefined ? '' : drawExample(`Example of ${status}`, example)
}

function drawExample(caption: string, example: unknown): Html {
  return markup`<details><summary>${caption}</summary><pre tabindex="0"><code>${JSON.stringify(example, null, 2)}</code></pre></details>`
}

function drawObject(name: string, schema: JsonSchema, schemas: Schemas): Html {
  return markup`<article aria-labelledby="object-${name}"><h3 id="object-${name}">${name}</h3>${drawFields(`Fields of ${name}`, fieldRows(schema, schemas), schemas)}</article>`
}

function drawErrors(): Html {
  const rows = Object.entries(PROBLEMS).map(
    ([code, { status, title }]) => markup`<tr id="${code}"><th scope="row"><code>${code}</code></th><td>${status}</td><td>${title}.</td></tr>`,
  )
  return markup`<section aria-labelledby="errors"><h2 id="errors">Errors</h2>
<p>Every error is <code>application/problem+json</code> with one of these codes. Facts stand beside it: <code>errors</code> for what is not valid, <code>rule</code>, <code>formula</code> and <code>inputs</code> for a rule that refuses.</p>
<div class="scroll" tabindex="0" role="group" aria-label="Codes"><table><caption>Codes</caption><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">What it says</th></tr></thead><tbody>${rows}</tbody></table></div></section>`
}

function typeOf(schema: JsonSchema): Html {
  const name = nameOfReference(schema)
  if (name !== null) return markup`<a href="#object-${name}">${name}</a>`
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return markup`${alternatives.map((one, index) => markup`${index > 0 ? ' or ' : ''}${typeOf(one)}`)}`
  if (schema.allOf?.[0]) return typeOf(schema.allOf[0])
  if (schema.enum) return markup`${schema.enum.map((value, index) => markup`${index > 0 ? ' or ' : ''}<code>${JSON.stringify(value)}</code>`)}`
  if (schema.type === 'array' && schema.items) return markup`list of ${typeOf(schema.items)}`
  return markup`${[schema.type ?? 'any'].flat().join(' or ')}`
}

/** What it is, and within what bounds. Fields of an object without a name of its own are listed by name. */
function describe(schema: JsonSchema, schemas: Schemas): string {
  const { minimum, maximum, maxLength, maxItems } = schema
  const inner = schema.type === 'array' && schema.items ? schema.items : schema
  const fields = inner.$ref ? [] : fieldRows(inner, schemas).map(({ name, isRequired }) => `\`${name}\`${isRequired ? '' : '?'}`)
  return [
    schema.description ?? '',
    fields.length > 0 ? `${fields.join(', ')}.` : '',
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? `At least ${minimum}.` : '',
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `At most ${maximum}.` : '',
    maxLength === undefined ? '' : `At most ${maxLength} characters.`,
    maxItems === undefined ? '' : `At most ${maxItems}.`,
    schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\` if left out.`,
  ]
    .filter(Boolean)
    .join(' ')
}
