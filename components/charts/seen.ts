'use client'

import { type RefObject, useEffect, useState } from 'react'

/** Whether `target` has come near the window; once seen it stays so. What is expensive to load waits for it. */
export function useSeen(target: RefObject<Element | null>): boolean {
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    const element = target.current
    if (!element || seen) return
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true), { rootMargin: '200px' })
    observer.observe(element)
    return () => observer.disconnect()
  }, [target, seen])
  return seen
}
