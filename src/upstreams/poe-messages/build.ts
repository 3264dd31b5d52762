/**
 * The request in the client's own words, as Poe takes them: the bot's name is Poe's, the key is the
 * caller's, and what Poe is certain to refuse is left out.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
import type { GenerationRequest } from '../../core/request.ts';
import type { CallOptions, UpstreamCall } from '../../core/upstream.ts';
import type { JsonObject } from '../../lib/json.ts';
import { callHeaders } from '../poe-shared/headers.ts';
import { BETA_HEADER, betasOf, isKnownBeta } from './betas.ts';
import { plainForm } from './plain.ts';
import { withoutUnsignedThinking } from './thinking.ts';

/** The version that Poe documents, and the one of a client that does not say. */
export const VERSION = '2023-06-01';

/** The header that says it, in lower case. */
export const VERSION_HEADER = 'anthropic-version';

/** All that the client asked for. */
export function build(request: GenerationRequest, options: CallOptions): UpstreamCall {
  const { original } = request;
  const betas = betasOf(original).filter(isKnownBeta);
  return call(request, options, original?.body ?? {}, {
    [VERSION_HEADER]: original?.headers[VERSION_HEADER] ?? VERSION,
    ...(betas.length > 0 ? { [BETA_HEADER]: betas.join(',') } : {}),
  });
}

/** The same without beta features, in the version that Poe documents. */
export function buildPlain(request: GenerationRequest, options: CallOptions): UpstreamCall {
  const { body } = plainForm(request.original?.body ?? {});
  return call(request, options, body, { [VERSION_HEADER]: VERSION });
}

function call(
  { model }: GenerationRequest,
  { baseUrl, key, stream }: CallOptions,
  body: JsonObject,
  headers: Readonly<Record<string, string>>,
): UpstreamCall {
  return {
    method: 'POST',
    url: `${baseUrl}/v1/messages`,
    headers: { ...callHeaders({ key, stream }), ...headers },
    body: JSON.stringify({ ...withoutUnsignedThinking(body), model, stream }),
  };
}
