/**
 * The app as hosts run it that call a function for each request and have no start: it is made at the
 * first request and kept as long as the instance. What is wrong with the settings cannot keep such a
 * host from starting, so every request is told.
 */
import { type App, createApp } from '../app.ts';
import { ConfigError, type Environment, readConfig } from '../config.ts';
import { GatewayError } from '../core/error.ts';
import { jsonReply } from '../http/reply.ts';
import type { Visit, WorkersAi } from '../platform.ts';
import { openaiError } from '../protocols/shared/error.ts';
import { type HostPlatform, webPlatform } from './web-platform.ts';

/** What differs from host to host. */
export interface FunctionHost extends Omit<HostPlatform, 'logLevel' | 'ai'> {
  /** Settings for which the usual defaults are not right on this host. */
  readonly defaults?: Environment;
  /** The host's own models, if they are among what it gives. */
  ai?(env: Environment): WorkersAi | undefined;
}

/** Answers one request; `env` must be the same for all of them. */
export type FunctionApp = (request: Request, env: Environment, visit: Visit) => Promise<Response>;

/** One app for an instance. */
export function functionApp({ defaults, ai, ...host }: FunctionHost): FunctionApp {
  let app: App | undefined;
  return async (request, env, visit) => {
    try {
      app ??= start(env);
    } catch (error) {
      if (error instanceof ConfigError) return misconfigured(error);
      throw error;
    }
    return await app.fetch(request, visit);
  };

  function start(env: Environment): App {
    const config = readConfig(env, defaults);
    return createApp(config, webPlatform({ ...host, ai: ai?.(env), logLevel: config.logLevel }));
  }
}

/** The message names the settings and none of their values. */
function misconfigured({ message }: ConfigError): Response {
  return jsonReply(Response, 500, openaiError(new GatewayError('internal', message)), {});
}
