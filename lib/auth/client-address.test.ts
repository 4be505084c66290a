import { expect, it } from 'vitest'
import { clientAddressOf } from './client-address'

it.each([
  { header: '203.0.113.9', proxies: 0, address: '203.0.113.9', why: 'nobody in between' },
  { header: '1.2.3.4, 203.0.113.9', proxies: 0, address: '203.0.113.9', why: 'what a caller made up does not count' },
  { header: '203.0.113.9, 10.0.0.1', proxies: 1, address: '203.0.113.9', why: 'one proxy of ours' },
  { header: '1.2.3.4, 203.0.113.9, 10.0.0.1', proxies: 1, address: '203.0.113.9', why: 'one proxy, and something made up' },
  { header: '10.0.0.1', proxies: 1, address: '10.0.0.1', why: 'the proxy said nothing' },
  { header: ' , ', proxies: 0, address: 'unknown', why: 'nothing at all' },
  { header: null, proxies: 0, address: 'unknown', why: 'no header' },
])('$why: $address', ({ header, proxies, address }) => {
  expect(clientAddressOf(header, proxies)).toBe(address)
})
