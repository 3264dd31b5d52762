/**
 * The composition root: settings and a platform in, one `fetch` out. Everything that every reply
 * has in common happens here: CORS, the request's id, errors in the caller's dialect, the log line.
 */
import { createAccounting } from './accounting/accounting.ts';
import { createCatalogue } from './catalogue.ts';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { GatewayError } from './core/error.ts';
import { preflightHeaders } from './http/cors.ts';
import { createDoor } from './identify.ts';
import { createKeptResponses } from './kept-responses.ts';
import { createMetrics } from './metrics.ts';
import { createModelMaps } from './model-maps.ts';
import type { Platform, Visit } from './platform.ts';
import { createRefusals } from './policy/refusals.ts';
import { createSpacing } from './policy/spacing.ts';
import { createPool } from './keys/pool.ts';
import { dialectOf, route } from './routes.ts';
import { openStore } from './stores/open.ts';
import { createUploads } from './uploads.ts';
import { createVerifiedKeys } from './verified-keys.ts';

/** What every host mounts. */
export interface App {
  /** Never rejects. */
  fetch(request: Request, visit?: Visit): Promise<Response>;
  /**
   * Loads Poe's model list and the store's model map, so that the first request already knows each bot.
   * For hosts that live long; a short-lived isolate loads them when a request needs them. Never rejects.
   */
  prepare(): Promise<void>;
}

/**
 * @throws {ConfigError} when this host cannot open the store that the settings name.
 * @example
 * const app = createApp(readConfig(process.env), nodePlatform());
 * const response = await app.fetch(new Request('http://localhost/v1/models'));
 */
export function createApp(config: Config, platform: Platform): App {
  const catalogue = createCatalogue(config, platform);
  const refusals = createRefusals(platform.now);
  const { callSpacing } = config;
  const spacing = callSpacing > 0 ? createSpacing(callSpacing, platform.now) : undefined;
  const uploads = createUploads(config, platform, spacing);
  const store = openStore(config, platform);
  const openShelf = createKeptResponses(platform, store);
  const verifiedKeys = createVerifiedKeys(config, platform);
  const modelMaps = createModelMaps(config.modelMap, platform, store);
  const pool = createPool(config, platform, store);
  const surroundings = {
    config,
    platform,
    catalogue,
    refusals,
    uploads,
    spacing,
    openShelf,
    verifiedKeys,
    modelMaps,
    accounting: createAccounting(config, platform, store),
    metrics:
      config.metricsToken === undefined
        ? undefined
        : createMetrics(() => pool?.states().map(({ state }) => state) ?? []),
    door: createDoor(config, platform, store),
    pool,
  };
  return {
    async fetch(request, visit = {}) {
      if (request.method === 'OPTIONS')
        return new platform.Response(null, {
          status: 204,
          headers: preflightHeaders(request.headers),
        });
      const context = createContext(request, dialectOf(request), surroundings, visit);
      const response = await route(request, context).catch((error: unknown) =>
        errorReply(context, error),
      );
      context.finish(response.status);
      return response;
    },
    async prepare() {
      await Promise.all([catalogue.renew(), modelMaps.renew()]);
    },
  };
}

function isFinal({ status, retryable, kind }: GatewayError): boolean {
  return kind === 'unauthenticated' || (status >= 500 && !retryable);
}

function errorReply(context: Context, cause: unknown): Response {
  const error = cause instanceof GatewayError ? cause : context.unexpected(cause);
  context.note({ outcome: error.code });
  const { dialect, requestId } = context;
  const status = dialect.status?.(error) ?? error.status;
  return context.json(status, dialect.error(error, requestId), {
    ...(error.retryAfter === undefined ? {} : { 'retry-after': String(error.retryAfter) }),
    // The official SDKs would try a 5xx again by themselves, and pay for it again; Claude Code tries
    // with a wrong key for minutes, in silence.
    ...(isFinal(error) ? { 'x-should-retry': 'false' } : {}),
    // The rest of the body is not read, so the connection is of no more use.
    ...(error.kind === 'too-large' ? { connection: 'close' } : {}),
    ...(error.allow ? { allow: error.allow.join(', ') } : {}),
  });
}
