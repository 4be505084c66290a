/**
 * A place where a test kills this process as a power cut would, so that crashes are tried at every step of a payment and
 * not where a sleep happens to end. Does nothing unless `HEADROOM_FAILPOINT` names the place.
 */
export function failpoint(place: string): void {
  if (process.env.HEADROOM_FAILPOINT === place) process.kill(process.pid, 'SIGKILL')
}
