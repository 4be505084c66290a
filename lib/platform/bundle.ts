import { build } from 'esbuild'

/** What finds files beside itself stays where it is: compiled parts, and Next. */
const LEFT_OUT = ['next', 'esbuild', '@node-rs/argon2', '@myriaddreamin/typst-ts-node-compiler']

/** What packages that are not modules take for granted. */
const COMMON = [
  `import { createRequire as requireOf } from 'node:module'`,
  `const __filename = import.meta.filename, __dirname = import.meta.dirname, require = requireOf(import.meta.url)`,
]

type Bundle = {
  /** By the names of what they become, without its ending. */
  entryPoints: Record<string, string>
  outdir: string
}

/**
 * Makes programs that start at once: with their packages, for finding a thousand files takes Node longer than reading them. Each part that is
 * imported as it is needed is a file of its own.
 */
export async function bundle({ entryPoints, outdir }: Bundle): Promise<void> {
  await build({
    ...{ entryPoints, outdir, external: LEFT_OUT, banner: { js: COMMON.join(';') } },
    ...{ bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node22', jsx: 'automatic' },
    ...{ outExtension: { '.js': '.mjs' }, sourcemap: true, logLevel: 'error' },
  })
}
