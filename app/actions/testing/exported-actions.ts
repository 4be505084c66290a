import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Access, findRegisteredAction } from '../registry'

const FOLDER = join(import.meta.dirname, '..')
const NOT_ACTIONS = new Set(['define-action.ts', 'registry.ts', 'flow.ts'])

/** The files that hold what a browser can call. */
export const ACTION_FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !NOT_ACTIONS.has(file))

export type ExportedAction = { file: string; name: string; action: unknown; access: Access | null }

/** Everything that those files export, so that a new action cannot be forgotten by a test that goes through them. */
export async function exportedActions(): Promise<ExportedAction[]> {
  const found = await Promise.all(
    ACTION_FILES.map(async (file) => {
      const exported: Record<string, unknown> = await import(join(FOLDER, file))
      return Object.entries(exported).map(([name, action]) => ({
        file,
        name,
        action,
        access: typeof action === 'function' ? (findRegisteredAction(action)?.access ?? null) : null,
      }))
    }),
  )
  return found.flat()
}
