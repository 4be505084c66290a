'use client'

import { type ReactNode, useEffect, useRef } from 'react'

type Props = {
  /** Left out: the first button of what it holds. */
  of?: string
  children: ReactNode
}

/** Presses a button once it is there, for a dialog that only opens so or only then says all that it can. */
export function PressButton({ of, children }: Props) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let frame = 0
    const press = () => {
      const button = of ? document.querySelector<HTMLElement>(of) : place.current?.querySelector('button')
      if (button) button.click()
      else frame = requestAnimationFrame(press)
    }
    press()
    return () => cancelAnimationFrame(frame)
  }, [of])
  return <div ref={place}>{children}</div>
}
