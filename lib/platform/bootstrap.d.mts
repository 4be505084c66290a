export function whatIsMissing(machine: { platform: string; arch: string; nodeVersion: string; glibc: string | undefined }): string | undefined
export function packagesAreCurrent(root: string): boolean
