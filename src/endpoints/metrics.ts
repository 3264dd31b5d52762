/** `GET /metrics`: what this instance has done, for a Prometheus that has `METRICS_TOKEN`. */
import type { Context } from '../context.ts';
import { GatewayError } from '../core/error.ts';
import { digestOf, isSame } from '../lib/digest.ts';
import { callerKey } from '../policy/access.ts';

/** @throws {GatewayError} `unknown-url` where there is no `METRICS_TOKEN`, `unauthenticated` with another. */
export async function showMetrics(context: Context): Promise<Response> {
  const { config, metrics, platform, request } = context;
  const { metricsToken } = config;
  if (metricsToken === undefined || !metrics)
    throw new GatewayError('unknown-url', 'There are no metrics: METRICS_TOKEN is not set.');
  const [wanted, shown] = await Promise.all(
    [metricsToken, callerKey(request.headers)].map((text) => digestOf(text, platform.digest)),
  );
  const isRight = isSame(wanted ?? '', shown ?? ' ');
  await context.watch('METRICS_TOKEN', isRight);
  if (!isRight)
    throw new GatewayError('unauthenticated', 'The metrics are for those who have METRICS_TOKEN.');
  context.routine();
  return context.text(200, metrics.text(), {
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
  });
}
