/**
 * CORS: any page may call, from any origin, with any header, and read every reply. Safe, because
 * nothing here is authorised by a cookie: a page can only spend a key that it already has.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */

/** On every reply, errors included: without them a browser hides even the error from the page. */
export const CORS_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': '*',
};

/** The reply to a preflight. The official SDKs send `x-stainless-*`, so what is asked for is allowed. */
export function preflightHeaders(headers: Headers): Record<string, string> {
  return {
    ...CORS_HEADERS,
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    // `*` does not cover `authorization`, so it stands alone only when nothing was asked for.
    'access-control-allow-headers':
      headers.get('access-control-request-headers') ?? 'authorization, *',
    'access-control-max-age': '86400',
    vary: 'access-control-request-headers',
  };
}
