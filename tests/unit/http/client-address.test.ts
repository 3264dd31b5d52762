/** The client's address: from the one header that is trusted, and from no other. */
import { expect, it } from 'vitest';
import { addressBlock, clientAddress } from '../../../src/http/client-address.ts';

it.each([
  { sent: '203.0.113.7', address: '203.0.113.7' },
  { sent: ' 2001:db8::7 ', address: '2001:db8::7' },
  { sent: '198.51.100.1, 10.0.0.1, 203.0.113.7', address: '203.0.113.7' },
  { sent: '203.0.113.7, ', address: undefined },
  { sent: '', address: undefined },
  { sent: 'x'.repeat(5_000), address: 'x'.repeat(64) },
])('is $address of "$sent"', ({ sent, address }) => {
  expect(clientAddress(new Headers({ 'x-real-ip': sent }), 'x-real-ip')).toBe(address);
});

it('is in no header that is not named, however it is called', () => {
  const headers = new Headers({ 'x-forwarded-for': '203.0.113.7', 'x-real-ip': '203.0.113.7' });
  expect(clientAddress(headers, undefined)).toBeUndefined();
  expect(clientAddress(headers, 'fly-client-ip')).toBeUndefined();
});

it.each([
  { address: '203.0.113.7', block: '203.0.113.7' },
  { address: '203.0.113.7:50123', block: '203.0.113.7' },
  { address: '::ffff:203.0.113.7', block: '203.0.113.7' },
  { address: '::ffff:cb00:7107', block: '203.0.113.7' },
  { address: '2001:db8:1:2:3:4:5:6', block: '2001:db8:1:2::/64' },
  { address: '2001:DB8:1:2::1', block: '2001:db8:1:2::/64' },
  { address: '2001:db8:0:0:ffff::1', block: '2001:db8:0:0::/64' },
  { address: '[2001:db8:1:2::9]:443', block: '2001:db8:1:2::/64' },
  { address: '2001:db8::7', block: '2001:db8:0:0::/64' },
  { address: 'fe80::1%eth0', block: 'fe80:0:0:0::/64' },
  { address: '::1', block: '0:0:0:0::/64' },
  { address: 'Unknown', block: 'unknown' },
  { address: ':::::', block: ':::::' },
  { address: '', block: '' },
])('"$address" counts for $block', ({ address, block }) => {
  expect(addressBlock(address)).toBe(block);
});
