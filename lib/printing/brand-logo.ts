import { extname } from 'node:path'
import { readBrandFile } from '../platform/brand-files'
import type { Picture } from './typeset-worker'

/** The operator's logo as paper shows it, which is as light pages do; null where there is none. */
export function brandLogo({ HEADROOM_BRAND_LOGO_FILE: file, HEADROOM_DATA_DIRECTORY: directory = '.headroom' } = process.env): Picture | null {
  const found = file ? readBrandFile(directory, file) : null
  return file && found ? { name: `logo${extname(file)}`, bytes: found.bytes } : null
}
