let passes = 0
let armed: string | undefined

/**
 * A place where a test kills a process as a power cut would, so that crashes are tried at every step of a payment and not
 * where a sleep happens to end. Does nothing unless `HEADROOM_FAILPOINT` names the place, with ` 2` behind it for the second
 * time that it is passed. `HEADROOM_FAILPOINT_KILLS` is the process that dies, this one if left out; it dies once.
 */
export function failpoint(place: string): void {
  const wanted = process.env.HEADROOM_FAILPOINT
  if (wanted === undefined || !wanted.startsWith(place)) return
  const [name, pass = '1'] = wanted.split(' ')
  if (name !== place) return
  if (wanted !== armed) passes = 0
  armed = wanted
  passes += 1
  if (passes < Number(pass)) return
  armed = undefined
  delete process.env.HEADROOM_FAILPOINT
  process.kill(Number(process.env.HEADROOM_FAILPOINT_KILLS || process.pid), 'SIGKILL')
}
