import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildProduct, isBuilt } from './build'

/** `npm run build`: builds the product where anything that it is built from has changed. */
const root = process.cwd()
const logs = join(root, '.headroom')

if (isBuilt(root)) console.log('Nothing has changed since the last build.')
else {
  mkdirSync(logs, { recursive: true })
  await buildProduct(root, join(logs, 'build.log'))
}
