import { drawIcon } from '@/lib/platform/brand'
import { readBrandFile } from '@/lib/platform/brand-files'

type Context = { params: Promise<{ file: string }> }

const HOUR = 3600
const YEAR = 365 * 24 * HOUR
/** A drawing may hold anything, and somebody may open it by itself: it loads nothing and runs nothing. */
const DRAWING = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

/** The operator's logo and icon. They are for everyone, also before signing in; their names change with their content. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const { file } = await params
  if (file === 'icon.svg') return picture(drawIcon(), 'image/svg+xml', `public, max-age=${HOUR}`)
  const found = readBrandFile(process.env.HEADROOM_DATA_DIRECTORY ?? '.headroom', file)
  return found ? picture(new Uint8Array(found.bytes), found.type, `public, max-age=${YEAR}, immutable`) : new Response(null, { status: 404 })
}

function picture(body: string | Uint8Array<ArrayBuffer>, type: string, caching: string): Response {
  return new Response(body, { headers: { 'content-type': type, 'cache-control': caching, 'content-security-policy': DRAWING } })
}
