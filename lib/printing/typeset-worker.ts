import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'

/** A thread of its own: setting a long document takes a tenth of a second, in which the process would serve nobody else. */

export type TypesetTask = {
  id: number
  /** JSON, read by the template as data and never as markup. */
  data: string
  /** Seconds since 1970, of the date that stands in the file: the same document is the same bytes. */
  createdAt: number
  /** Of the brand; the data names it. */
  logo: Picture | null
}
export type Picture = { name: string; bytes: Uint8Array }
export type TypesetAnswer = { id: number; pdf: Uint8Array } | { id: number; fault: string }

/** Latin, Greek and Cyrillic; Arabic and Persian; Japanese. The first that has a letter prints it. */
const FONTS = [
  '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  '@expo-google-fonts/noto-sans/600SemiBold/NotoSans_600SemiBold.ttf',
  '@expo-google-fonts/vazirmatn/400Regular/Vazirmatn_400Regular.ttf',
  '@expo-google-fonts/vazirmatn/600SemiBold/Vazirmatn_600SemiBold.ttf',
  '@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf',
  '@expo-google-fonts/noto-sans-jp/600SemiBold/NotoSansJP_600SemiBold.ttf',
]

/** Layouts of so many documents before are kept; what they have in common is not set again. */
const KEPT_LAYOUTS = 10

const { root } = workerData as { root: string }
const { resolve } = createRequire(join(root, 'package.json'))
const workspace = join(root, 'lib', 'printing')
const compiler = NodeCompiler.create({ workspace, fontArgs: [{ fontPaths: FONTS.map((font) => resolve(font)) }] })

/** PDF/UA says that a screen reader finds everything. What has letters that no font has cannot say so, and is printed all the same. */
function typeset({ data, createdAt, logo }: TypesetTask): Uint8Array {
  const document = { mainFilePath: join(workspace, 'document.typ'), inputs: { data } }
  const picture = logo && join(workspace, logo.name)
  try {
    if (logo && picture) compiler.mapShadow(picture, Buffer.from(logo.bytes))
    return compiler.pdf(document, { pdfStandard: 'ua-1', creationTimestamp: createdAt })
  } catch {
    return compiler.pdf(document, { creationTimestamp: createdAt })
  } finally {
    if (picture) compiler.unmapShadow(picture)
    compiler.evictCache(KEPT_LAYOUTS)
  }
}

function answer(task: TypesetTask): TypesetAnswer {
  try {
    return { id: task.id, pdf: typeset(task) }
  } catch (fault) {
    return { id: task.id, fault: String(fault) }
  }
}

parentPort?.on('message', (task: TypesetTask) => parentPort?.postMessage(answer(task)))
