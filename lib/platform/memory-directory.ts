import { accessSync, constants, statfsSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'

/** Linux's own, in memory. In a container it may be a few megabytes. */
const IN_MEMORY = '/dev/shm'
/** Several times what the tests keep at one time. */
const MUST_BE_FREE_BYTES = 4 * 1024 ** 3

/**
 * Where tests keep their databases: in memory where there is plenty of both, else where temporary files go. Making a database is making hundreds of
 * files, which takes a disk ten times as long, and each test file has one.
 */
export function memoryDirectory(): string {
  try {
    accessSync(IN_MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(IN_MEMORY)
    return Math.min(bavail * bsize, freemem()) >= MUST_BE_FREE_BYTES ? IN_MEMORY : tmpdir()
  } catch {
    return tmpdir() // Not Linux.
  }
}
