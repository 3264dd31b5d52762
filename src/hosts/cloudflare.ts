/** Cloudflare Workers: the module worker that `wrangler.toml` names. */
import { ConfigError, type Environment } from '../config.ts';
import type { Limiter, Visit, WorkersAi } from '../platform.ts';
import { cloudflareKvStore, type KvNamespace } from '../stores/cloudflare-kv.ts';
import { fetchSend } from './fetch-send.ts';
import { functionApp } from './function-app.ts';

/** The binding of that name, if there is one. */
function workersAi({ AI: binding }: Environment): WorkersAi | undefined {
  return typeof binding === 'object' && binding && 'run' in binding
    ? (binding as WorkersAi)
    : undefined;
}

function kvNamespace({ POEWAY_KV: binding }: Environment): KvNamespace {
  if (typeof binding === 'object' && binding && 'put' in binding) return binding as KvNamespace;
  throw new ConfigError(['STORE=cloudflare-kv needs a KV namespace bound as POEWAY_KV.']);
}

function limiter(binding: unknown): Limiter | undefined {
  return typeof binding === 'object' && binding && 'limit' in binding
    ? (binding as Limiter)
    : undefined;
}

const app = functionApp({
  send: fetchSend,
  ai: workersAi,
  stores: (env) => ({ 'cloudflare-kv': () => cloudflareKvStore(kvNamespace(env), Date.now) }),
  limiters: ({ POEWAY_TOKEN_LIMITER, POEWAY_ADDRESS_LIMITER }) => ({
    token: limiter(POEWAY_TOKEN_LIMITER),
    address: limiter(POEWAY_ADDRESS_LIMITER),
  }),
  defaults: {
    CLIENT_ADDRESS_HEADER: 'cf-connecting-ip',
    // An isolate has 128 MB, and a body is in it several times: as text, as JSON, as Poe's request.
    MAX_REQUEST_SIZE: String(20 * 1024 * 1024),
  },
});

export default {
  fetch: (request: Request, env: Environment, context: Pick<Required<Visit>, 'waitUntil'>) =>
    app(request, env, { waitUntil: (work) => context.waitUntil(work) }),
};
