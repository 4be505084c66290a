import { afterEach, describe, expect, it } from 'vitest'
import { readEndpointUrl } from './endpoint-url'

afterEach(() => {
  delete process.env.HEADROOM_WEBHOOKS_ALLOW_PRIVATE
})

describe('the address of an endpoint', () => {
  it.each([
    'https://example.com/hooks',
    'https://example.com:8443/hooks?team=1',
    'https://203.0.114.9/hooks',
    'https://[2606:4700::1111]/hooks',
    'https://xn--bcher-kva.example/',
  ])('is taken: %s', (url) => {
    expect(readEndpointUrl(url)).toEqual({ ok: true, value: url })
  })

  it.each([
    { url: 'nonsense', mistake: 'not_a_url' },
    { url: '', mistake: 'not_a_url' },
    { url: '/hooks', mistake: 'not_a_url' },
    { url: 'http://example.com/hooks', mistake: 'not_https' },
    { url: 'ftp://example.com/hooks', mistake: 'not_https' },
    { url: 'javascript:alert(1)', mistake: 'not_https' },
    { url: 'file:///etc/passwd', mistake: 'not_https' },
    { url: 'https://ada:secret@example.com/', mistake: 'has_credentials' },
    { url: 'https://example.com/#part', mistake: 'has_fragment' },
    { url: `https://example.com/${'x'.repeat(2_000)}`, mistake: 'too_long' },
    { url: 'https://localhost/hooks', mistake: 'private_address' },
    { url: 'https://LOCALHOST./hooks', mistake: 'private_address' },
    { url: 'https://api.localhost/hooks', mistake: 'private_address' },
    { url: 'https://db.internal/hooks', mistake: 'private_address' },
    { url: 'https://printer.local/hooks', mistake: 'private_address' },
    { url: 'https://intranet/hooks', mistake: 'private_address' },
    { url: 'https://127.0.0.1/hooks', mistake: 'private_address' },
    { url: 'https://2130706433/hooks', mistake: 'private_address' }, // 127.0.0.1 as one number.
    { url: 'https://0x7f.1/hooks', mistake: 'private_address' },
    { url: 'https://0.0.0.0/hooks', mistake: 'private_address' },
    { url: 'https://10.1.2.3/hooks', mistake: 'private_address' },
    { url: 'https://172.16.0.1/hooks', mistake: 'private_address' },
    { url: 'https://192.168.1.1/hooks', mistake: 'private_address' },
    { url: 'https://100.64.0.1/hooks', mistake: 'private_address' },
    { url: 'https://169.254.169.254/latest/meta-data', mistake: 'private_address' }, // A cloud's metadata.
    { url: 'https://[::1]/hooks', mistake: 'private_address' },
    { url: 'https://[::ffff:127.0.0.1]/hooks', mistake: 'private_address' },
    { url: 'https://[fd00::1]/hooks', mistake: 'private_address' },
    { url: 'https://[fe80::1]/hooks', mistake: 'private_address' },
  ])('is refused as $mistake: $url', ({ url, mistake }) => {
    expect(readEndpointUrl(url)).toEqual({ ok: false, error: mistake })
  })

  it('may be private, and http, where the operator says so', () => {
    process.env.HEADROOM_WEBHOOKS_ALLOW_PRIVATE = '1'
    expect(readEndpointUrl('http://127.0.0.1:9000/hooks')).toEqual({ ok: true, value: 'http://127.0.0.1:9000/hooks' })
    expect(readEndpointUrl('ftp://127.0.0.1/')).toEqual({ ok: false, error: 'not_https' })
  })
})
