/** Cloudflare Workers: the module worker that `wrangler.toml` names. */
import { type App, createApp } from '../app.ts';
import { ConfigError, readConfig } from '../config.ts';
import { fetchSend } from './fetch-send.ts';
import { misconfigured } from './misconfigured.ts';
import { webPlatform } from './web-platform.ts';

type Environment = Readonly<Record<string, unknown>>;

/** One app for an isolate: its env is the same for all requests, and the model list is kept in it. */
let app: App | undefined;

export default {
  async fetch(request: Request, env: Environment): Promise<Response> {
    try {
      app ??= start(env);
    } catch (error) {
      if (error instanceof ConfigError) return misconfigured(error);
      throw error;
    }
    return await app.fetch(request);
  },
};

function start(env: Environment): App {
  const config = readConfig(env);
  return createApp(config, webPlatform({ send: fetchSend, logLevel: config.logLevel }));
}
