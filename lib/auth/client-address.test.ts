import { expect, it } from 'vitest'
import { clientAddressOf, networkOf } from './client-address'

it.each([
  { header: '203.0.113.9', proxies: 0, address: '203.0.113.9', why: 'nobody in between' },
  { header: '1.2.3.4, 203.0.113.9', proxies: 0, address: '203.0.113.9', why: 'what a caller made up does not count' },
  { header: '203.0.113.9, 10.0.0.1', proxies: 1, address: '203.0.113.9', why: 'one proxy of ours' },
  { header: '1.2.3.4, 203.0.113.9, 10.0.0.1', proxies: 1, address: '203.0.113.9', why: 'one proxy, and something made up' },
  { header: '10.0.0.1', proxies: 1, address: '10.0.0.1', why: 'the proxy said nothing' },
  { header: ' , ', proxies: 0, address: 'unknown', why: 'nothing at all' },
  { header: null, proxies: 0, address: 'unknown', why: 'no header' },
  { header: '203.0.113.9:50123', proxies: 0, address: '203.0.113.9', why: 'a proxy tells the port' },
  { header: '[2001:db8::9]:50123', proxies: 0, address: '2001:db8::9', why: 'a proxy tells the port of IPv6' },
  { header: '[2001:db8::9]', proxies: 0, address: '2001:db8::9', why: 'in brackets without a port' },
  { header: '::ffff:203.0.113.9', proxies: 0, address: '203.0.113.9', why: 'IPv4 where the server listens by IPv6' },
  { header: '[::ffff:cb00:7109]:50123', proxies: 0, address: '203.0.113.9', why: 'the same, written as IPv6' },
  { header: '2001:0DB8:0000::0009', proxies: 0, address: '2001:db8::9', why: 'written at length' },
  { header: 'what:ever:else', proxies: 0, address: 'what:ever:else', why: 'no address at all' },
])('$why: $address', ({ header, proxies, address }) => {
  expect(clientAddressOf(header, proxies)).toBe(address)
})

it.each([
  { address: '2001:db8:0:1::', network: '2001:db8:0:1::', why: 'the first of a network' },
  { address: '2001:db8:0:1:ffff:ffff:ffff:ffff', network: '2001:db8:0:1::', why: 'the last of it' },
  { address: '2001:db8:0:2::', network: '2001:db8:0:2::', why: 'the first of the next one' },
  { address: '2001:db8::ffff:ffff:ffff:ffff', network: '2001:db8::', why: 'the last of the one before' },
  { address: 'fe80::1%eth0', network: 'fe80::', why: 'with the interface that it was seen at' },
  { address: '::1', network: '::', why: 'this machine' },
  { address: '203.0.113.9', network: '203.0.113.9', why: 'IPv4, one by one' },
  { address: '203.0.113.10', network: '203.0.113.10', why: 'its neighbour' },
  { address: 'unknown', network: 'unknown', why: 'no address at all' },
])('$why: $address counts with $network', ({ address, network }) => {
  expect(networkOf(address)).toBe(network)
})
