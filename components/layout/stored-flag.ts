'use client'

import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

function subscribe(listener: () => void) {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

function read(key: string): boolean {
  try {
    return window.localStorage.getItem(key) === '1'
  } catch {
    return false // Storage is switched off: the flag lives as if never set.
  }
}

/** A yes or no that this browser remembers; no on the server and until set. */
export function useStoredFlag(key: string): [boolean, (value: boolean) => void] {
  const value = useSyncExternalStore(
    subscribe,
    () => read(key),
    () => false,
  )
  function set(next: boolean) {
    try {
      window.localStorage.setItem(key, next ? '1' : '0')
    } catch {
      return
    }
    for (const listener of listeners) listener()
  }
  return [value, set]
}
