/**
 * `POST /v1/embeddings`. Poe has no model for them, so another server is asked, whose costs are the
 * gateway's: it is asked only for callers whose key Poe accepts, and never told that key.
 */
import type { Context } from '../context.ts';
import type { EmbeddingInput, Embeddings } from '../core/embedding.ts';
import { GatewayError } from '../core/error.ts';
import { estimateTokens } from '../core/estimate.ts';
import { chooseEmbeddingServer } from '../embedding-servers.ts';
import { readJsonBody } from '../http/body.ts';
import { startDeadline } from '../http/deadline.ts';
import { headerList, headerWord } from '../lib/text.ts';
import { checkModel } from '../policy/access.ts';
import { parseEmbeddings, renderEmbeddings } from '../protocols/openai-embeddings/index.ts';
import { inBatches } from '../upstreams/embeddings/index.ts';

/** Answers one request for embeddings. */
export async function createEmbeddings(context: Context): Promise<Response> {
  const { request, config } = context;
  const caller = await context.identify();
  const body = await readJsonBody(request, config.maxRequestSize);
  const { request: asked, format } = parseEmbeddings(body);
  const server = await chooseEmbeddingServer(context, asked, async () => {
    const keys = context.keysOf(caller, '');
    const problem = await keys.ready();
    if (problem) throw problem;
    return keys.current();
  });
  checkModel(caller, asked.model || server.model, server.model);
  context.note({ model: server.model, upstream: server.name });

  const deadline = startDeadline(request.signal, context.platform.now, config.timeout);
  const { signal } = deadline;
  try {
    // A token of the gateway's own needs no proof.
    if (!server.isPoe && caller.kind === 'own')
      await context.verifiedKeys.verify(caller.credential, signal);
    const made = await inBatches(asked.inputs, server.batchSize, (batch) =>
      server.embed(batch, signal),
    );
    checkLengths(made, asked.dimensions, server.model);
    deadline.release();
    const reply = {
      vectors: made.vectors,
      tokens: made.tokens ?? countTokens(asked.inputs),
      estimated: made.tokens === undefined,
      model: asked.model || server.model,
    };
    return context.json(200, renderEmbeddings(reply, format), {
      'x-poeway-upstream': server.name,
      'x-poeway-model': headerWord(server.model),
      ...(server.ignored.length > 0 ? { 'x-poeway-ignored': headerList(server.ignored) } : {}),
    });
  } catch (error) {
    // What is still being asked is asked for nothing.
    deadline.abort(error);
    throw error;
  }
}

/** A server that ignores `dimensions` would fill a store with vectors that fit nothing in it. */
function checkLengths(
  { vectors }: Embeddings,
  dimensions: number | undefined,
  model: string,
): void {
  const wanted = dimensions ?? vectors[0]?.length;
  const other = vectors.find(({ length }) => length !== wanted)?.length;
  if (other === undefined) return;
  const isAsked = dimensions !== undefined;
  const advice = isAsked ? 'Leave dimensions out, or ask for that many.' : 'Try again.';
  throw new GatewayError(
    'upstream-failed',
    `The embeddings of ${headerWord(model)} have ${other} numbers, not ${wanted}. ${advice}`,
    { param: isAsked ? 'dimensions' : undefined, retryable: !isAsked },
  );
}

function countTokens(inputs: readonly EmbeddingInput[]): number {
  let tokens = 0;
  for (const input of inputs)
    tokens += typeof input === 'string' ? estimateTokens(input) : input.length;
  return tokens;
}
