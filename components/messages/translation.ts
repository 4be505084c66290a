/** English words as another language says them: the same keys, each with text of its own. A key too few or too many fails the type check. */
export type Translation<English> = { readonly [Key in keyof English]: English[Key] extends string ? string : Translation<English[Key]> }
