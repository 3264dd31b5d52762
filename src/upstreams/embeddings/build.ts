/** The call to an OpenAI-compatible server of embeddings. */
import type { EmbeddingInput, EmbeddingRequest } from '../../core/embedding.ts';
import type { UpstreamCall } from '../../core/upstream.ts';

/**
 * Where a server's embeddings are. A base URL with a version is one that OpenAI's SDKs take
 * (`…/v1`, Google's `…/v1beta/openai`); one without is the server's own.
 *
 * @param base Without a trailing slash. The whole URL is fine too.
 */
export function embeddingsUrl(base: string): string {
  if (base.endsWith('/embeddings')) return base;
  return /\/v\d+\w*(\/openai)?$/.test(base) ? `${base}/embeddings` : `${base}/v1/embeddings`;
}

/**
 * `encoding_format` is never sent: servers refuse it, ignore it or mean it, and all give numbers
 * without.
 *
 * @param inputs Those of the request's that go with this call.
 * @param key The server's own; none is sent without.
 */
export function buildEmbeddings(
  { model, dimensions, user, others }: EmbeddingRequest,
  inputs: readonly EmbeddingInput[],
  { url, key }: { readonly url: string; readonly key: string | undefined },
): UpstreamCall {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  return {
    method: 'POST',
    url,
    headers: key === undefined ? headers : { ...headers, authorization: `Bearer ${key}` },
    body: JSON.stringify({ ...others, model, input: inputs, dimensions, user }),
  };
}
