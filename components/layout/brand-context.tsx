'use client'

import { createContext, type ReactNode, useContext } from 'react'

/** Of the company that runs this installation, what pages show. */
export type ShownBrand = {
  name: string
  logo: { light: string; dark: string | null } | null
  support: string | null
  supportHref: string | null
}

const Brand = createContext<ShownBrand>({ name: '', logo: null, support: null, supportHref: null })

export function BrandProvider({ brand, children }: { brand: ShownBrand; children: ReactNode }) {
  return <Brand value={brand}>{children}</Brand>
}

export function useBrand(): ShownBrand {
  return useContext(Brand)
}
