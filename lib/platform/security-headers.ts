/** On every answer. A page in somebody's frame could have its buttons pressed blindly, and an address here may hold a token. */
export function securityHeaders(publicUrl: string): Record<string, string> {
  return {
    'content-security-policy': NO_SCRIPTS,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}

/** Of what is no page of the dashboard: data, files, and the reference of the machine interface, whose style stands in it. */
const NO_SCRIPTS = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * Of the dashboard's pages: a script runs only if it comes from here or carries this answer's nonce, so that words which a customer
 * wrote never run as one. Styles may stand in the page: charts and dialogs place themselves by them.
 *
 * @param nonce Made anew for each answer, and known to nobody before it. Next reads it from the request, and marks its scripts.
 * @param isDevelopment Lets React's tools put stacks together, which they do by `eval`.
 */
export function pagePolicy(nonce: string, isDevelopment: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ')
}
