import type { openApiDocument } from './openapi'
export function referencePage(_document: ReturnType<typeof openApiDocument>): string {
  return ''
}
