import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Pictures that a browser shows, told by how they begin: what a file is called says nothing. */
const KINDS = [
  { extension: 'png', type: 'image/png', is: (bytes: Buffer) => bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) },
  { extension: 'webp', type: 'image/webp', is: (bytes: Buffer) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP' },
  {
    extension: 'svg',
    type: 'image/svg+xml',
    is: (bytes: Buffer) => /^\uFEFF?\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*|<!DOCTYPE\s+svg[^>]*>\s*)*<svg[\s>]/i.test(bytes.toString('utf8')),
  },
] as const

const LARGEST_BYTES = 200_000
const PATIENCE_MS = 10_000
const NAME = /^[a-z]+-[0-9a-f]{16}\.(png|webp|svg)$/

const VARIABLES = {
  HEADROOM_BRAND_LOGO: 'logo',
  HEADROOM_BRAND_LOGO_DARK: 'dark',
  HEADROOM_BRAND_ICON: 'icon',
} as const
export type BrandVariable = keyof typeof VARIABLES

type Prepared = { variables: Record<string, string>; warnings: string[] }

/**
 * Takes the operator's pictures, from a file or from an address of theirs, into our own directory, from where they are served: a page
 * loads nothing from anywhere else, and goes on showing them while the other place is down.
 *
 * @returns What the programs are handed, under internal variables that name the files.
 * @throws Error in one sentence, that names the variable, where it is no picture that we can show.
 */
export async function prepareBrandFiles(dataDirectory: string, sources: Partial<Record<BrandVariable, string | undefined>>): Promise<Prepared> {
  const directory = brandDirectory(dataDirectory)
  const prepared: Prepared = { variables: {}, warnings: [] }
  for (const [variable, prefix] of Object.entries(VARIABLES) as [BrandVariable, string][]) {
    const source = sources[variable]
    if (!source) continue
    const kept = newestOf(directory, prefix, source)
    const bytes = await read(variable, source).catch((fault: Error) => {
      if (!kept || !isAddress(source)) throw fault
      prepared.warnings.push(`${fault.message} The one that was fetched before is shown.`)
      return null
    })
    prepared.variables[`${variable}_FILE`] = bytes ? keep(directory, prefix, { variable, source, bytes }) : (kept ?? '')
  }
  return prepared
}

/** A picture that is served, or null: `name` comes from an address, so it is nothing but one of our own names. */
export function readBrandFile(dataDirectory: string, name: string): { bytes: Buffer; type: string } | null {
  const file = join(brandDirectory(dataDirectory), name)
  const kind = KINDS.find(({ extension }) => name.endsWith(`.${extension}`))
  return NAME.test(name) && kind && existsSync(file) ? { bytes: readFileSync(file), type: kind.type } : null
}

const brandDirectory = (dataDirectory: string) => join(dataDirectory, 'brand')
const isAddress = (source: string) => source.startsWith('https://')
const shortHash = (content: string | Buffer) => createHash('sha256').update(content).digest('hex').slice(0, 16)

async function read(variable: BrandVariable, source: string): Promise<Buffer> {
  const bytes = isAddress(source) ? await fetchBytes(variable, source) : readLocal(variable, source)
  if (bytes.length > LARGEST_BYTES) throw new Error(`${variable} is larger than ${LARGEST_BYTES / 1000} KB; every page would load that.`)
  if (!KINDS.some(({ is }) => is(bytes))) throw new Error(`${variable} must be an SVG, PNG or WebP picture, and what is there is none of them.`)
  return bytes
}

function readLocal(variable: BrandVariable, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    throw new Error(`${variable} names the file ${path}, which cannot be read.`)
  }
}

async function fetchBytes(variable: BrandVariable, url: string): Promise<Buffer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null)
  if (!answer?.ok) throw new Error(`${variable} could not be fetched from ${url}${answer ? ` (status ${answer.status})` : ''}.`)
  return Buffer.from(await answer.arrayBuffer())
}

/** Named by its content, so that browsers may keep it for good; which address it came from stands beside it. */
function keep(directory: string, prefix: string, { source, bytes }: { variable: BrandVariable; source: string; bytes: Buffer }): string {
  const kind = KINDS.find(({ is }) => is(bytes))
  const name = `${prefix}-${shortHash(bytes)}.${kind?.extension}`
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, name), bytes)
  writeFileSync(join(directory, `${prefix}-${shortHash(source)}.from`), name)
  return name
}

function newestOf(directory: string, prefix: string, source: string): string | null {
  const note = `${prefix}-${shortHash(source)}.from`
  return existsSync(directory) && readdirSync(directory).includes(note) ? readFileSync(join(directory, note), 'utf8') : null
}
