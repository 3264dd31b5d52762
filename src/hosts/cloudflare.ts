/** Cloudflare Workers: the module worker that `wrangler.toml` names. */
import { type App, createApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { fetchSend } from './fetch-send.ts';
import { webPlatform } from './web-platform.ts';

/** One app for an isolate: its env is the same for all requests, and the model list is kept in it. */
let app: App | undefined;

export default {
  async fetch(request: Request, env: Readonly<Record<string, unknown>>): Promise<Response> {
    if (!app) {
      const config = readConfig(env);
      app = createApp(config, webPlatform(fetchSend, config.logLevel));
    }
    return await app.fetch(request);
  },
};
