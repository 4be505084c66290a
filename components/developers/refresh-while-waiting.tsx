'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'

const EVERY_MS = 1_500
const MOST_TIMES = 12

/** Asks again while something is on its way within seconds, so that its outcome appears by itself. */
export function RefreshWhileWaiting({ isWaiting }: { isWaiting: boolean }) {
  const router = useRouter()
  const [times, setTimes] = useState(0)
  useEffect(() => {
    if (!isWaiting || times >= MOST_TIMES) return
    const timer = setTimeout(() => {
      setTimes(times + 1)
      router.refresh()
    }, EVERY_MS)
    return () => clearTimeout(timer)
  }, [isWaiting, times, router])
  return null
}
