/** How long requests took is counted as Prometheus wants it: each bound has all that were within it. */
import { expect, it } from 'vitest';
import { createMetrics } from '../../src/metrics.ts';

it('counts a request in every bucket that is wide enough for it, by its endpoint', () => {
  const metrics = createMetrics(() => []);
  for (const milliseconds of [100, 300, 700_000]) {
    metrics.begin();
    metrics.end({ path: '/v1/messages' }, 200, milliseconds);
  }
  const lines = metrics.text().split('\n');
  const within = (le: string): string | undefined =>
    lines.find((line) => line.includes(`bucket{endpoint="/messages",le="${le}"}`))?.split(' ')[1];
  expect(['0.1', '0.5', '600', '+Inf'].map(within)).toEqual(['1', '2', '2', '3']);
  expect(lines).toContain('poeway_request_seconds_sum{endpoint="/messages"} 700.4');
  expect(lines).toContain('poeway_request_seconds_count{endpoint="/messages"} 3');
});
