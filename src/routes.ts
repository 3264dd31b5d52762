/**
 * The API map: every path, its method and what answers it. Every path also works without `/v1`.
 * itty-router tries the lines from the top; `unknown` answers what no line matches.
 */
import { IttyRouter } from 'itty-router';
import { homePage } from './console/home.ts';
import { showMetrics } from './endpoints/metrics.ts';
import type { Context } from './context.ts';
import { GatewayError } from './core/error.ts';
import type { Dialect } from './core/protocol.ts';
import { createEmbeddings } from './endpoints/embeddings.ts';
import { exchange } from './gateway.ts';
import { health } from './endpoints/health.ts';
import { countTokens } from './endpoints/count-tokens.ts';
import { listModels, showModel } from './endpoints/models.ts';
import { anthropicDialect } from './protocols/anthropic-messages/error.ts';
import { anthropicMessages } from './protocols/anthropic-messages/index.ts';
import { openaiChat } from './protocols/openai-chat/index.ts';
import { openaiCompletions } from './protocols/openai-completions/index.ts';
import { openaiDialect } from './protocols/shared/error.ts';
import {
  cancelResponse,
  compactResponse,
  countInputTokens,
  createResponse,
  deleteResponse,
  listInputItems,
  showResponse,
} from './endpoints/responses.ts';
import { selectWays } from './upstreams/select.ts';
import { showUsage } from './endpoints/usage.ts';

/** Answers a request, or throws a `GatewayError`. */
export type Route = (request: Request, context: Context) => Promise<Response>;

const router = IttyRouter();

router
  .post('(/v1)?/chat/completions', (_, context: Context) =>
    exchange(context, openaiChat, selectWays),
  )
  .post('(/v1)?/responses', (_, context: Context) => createResponse(context))
  .post('(/v1)?/responses/input_tokens', (_, context: Context) => countInputTokens(context))
  .post('(/v1)?/responses/compact', () => compactResponse())
  .get('(/v1)?/responses/:id', ({ params }, context: Context) =>
    showResponse(context, params['id'] ?? ''),
  )
  .delete('(/v1)?/responses/:id', ({ params }, context: Context) =>
    deleteResponse(context, params['id'] ?? ''),
  )
  .get('(/v1)?/responses/:id/input_items', ({ params }, context: Context) =>
    listInputItems(context, params['id'] ?? ''),
  )
  .post('(/v1)?/responses/:id/cancel', ({ params }, context: Context) =>
    cancelResponse(context, params['id'] ?? ''),
  )
  .post('(/v1)?/messages', (_, context: Context) =>
    exchange(context, anthropicMessages, selectWays),
  )
  .post('(/v1)?/messages/count_tokens', (_, context: Context) => countTokens(context))
  .post('(/v1)?/completions', (_, context: Context) =>
    exchange(context, openaiCompletions, selectWays),
  )
  .post('(/v1)?/embeddings', (_, context: Context) => createEmbeddings(context))
  .get('(/v1)?/models', (_, context: Context) => listModels(context))
  .get('(/v1)?/models/:id+', ({ params }, context: Context) =>
    showModel(context, params['id'] ?? ''),
  )
  .get('(/v1)?/usage', (_, context: Context) => showUsage(context))
  .get('/health', (_, context: Context) => health(context))
  .get('/metrics', (_, context: Context) => showMetrics(context))
  .get('/', (_, context: Context) => homePage(context))
  .all('*', unknown);

/** Finds the line of the table. A HEAD is answered as the GET it stands for, without the body. */
export const route: Route = async (request, context) => {
  if (!URL.canParse(request.url))
    throw new GatewayError('invalid-request', 'The Host header is not the name of a host.');
  const head = request.method === 'HEAD';
  context.note({ path: new URL(request.url).pathname });
  const { basePath = '' } = context.platform;
  const url = basePath === '' ? request.url : withoutBase(request.url, basePath);
  // itty-router writes its findings onto what it is given, so it is not given the request itself.
  const response: Response = await router.fetch(
    { method: head ? 'GET' : request.method, url },
    context,
  );
  if (!head) return response;
  await response.body?.cancel();
  return new context.platform.Response(null, response);
};

/** Anthropic's clients say which version of its API they speak; its own path tells too. */
export function dialectOf({ headers, url }: Request): Dialect {
  const isAnthropic = headers.has('anthropic-version') || /\/messages(\/[^?#]*)?([?#]|$)/.test(url);
  return isAnthropic ? anthropicDialect : openaiDialect;
}

function withoutBase(url: string, basePath: string): string {
  const inner = new URL(url);
  if (`${inner.pathname}/`.startsWith(`${basePath}/`))
    inner.pathname = inner.pathname.slice(basePath.length);
  return inner.href;
}

/** The path is there under another method (405), or not at all (404). */
function unknown({ method, url }: { method: string; url: string }): never {
  const { pathname } = new URL(url);
  const methods = router.routes.flatMap(([name, pattern]) =>
    name !== 'ALL' && pattern.test(pathname) ? [name] : [],
  );
  if (methods.length > 0) {
    const allow = [
      ...methods.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name])),
      'OPTIONS',
    ];
    throw new GatewayError(
      'method-not-allowed',
      `Use ${methods.join(' or ')} here, not ${method}.`,
      { allow },
    );
  }
  throw new GatewayError(
    'unknown-url',
    "There is nothing at this URL. The base URL of OpenAI's clients ends in /v1, that of Anthropic's does not; GET / lists what is here.",
  );
}
