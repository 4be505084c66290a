import { execFile } from 'node:child_process'
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '../..')
const PACKAGE = join(ROOT, 'lib/client')
const RELATIVE = /(from ')(\.\/[\w-]+)(')/g

/** The package `@headroom/client` as it is published, in a folder: modules and their types, by the platform's own names of files. */
export async function buildClient(folder: string): Promise<void> {
  const dist = join(folder, 'dist')
  rmSync(dist, { recursive: true, force: true })
  await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(PACKAGE, 'tsconfig.json'), '--outDir', dist])
  for (const file of globSync('*.{js,d.ts}', { cwd: dist })) {
    const path = join(dist, file)
    writeFileSync(
      path,
      readFileSync(path, 'utf8')
        .replaceAll(/(from ")(\.\/[\w-]+)(")/g, '$1$2.js$3')
        .replaceAll(RELATIVE, '$1$2.js$3'),
    )
  }
  for (const file of ['package.json', 'README.md']) if (folder !== PACKAGE) copyFileSync(join(PACKAGE, file), join(folder, file))
}

if (process.argv[1] === import.meta.filename) await buildClient(PACKAGE)
