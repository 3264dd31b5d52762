/**
 * The app as hosts run it that call a function for each request and have no start: it is made at the
 * first request and kept as long as the instance. What is wrong with the settings cannot keep such a
 * host from starting, so every request is told.
 */
import { type App, createApp } from '../app.ts';
import { type Config, ConfigError, type Environment, readConfig } from '../config.ts';
import { GatewayError } from '../core/error.ts';
import { jsonReply } from '../http/reply.ts';
import type { Limiters, Platform, Visit, WorkersAi } from '../platform.ts';
import { openaiError } from '../protocols/shared/error.ts';
import type { StoreOpeners } from '../stores/store.ts';
import { type HostPlatform, webPlatform } from './web-platform.ts';

/** What differs from host to host. */
export interface FunctionHost extends Omit<
  HostPlatform,
  'logLevel' | 'ai' | 'stores' | 'limiters' | 'send'
> {
  /** How this host calls Poe; `by`: it can go through a proxy. */
  readonly send: Platform['send'] | { by(config: Config): Platform['send'] };
  /** Settings for which the usual defaults are not right on this host. */
  readonly defaults?: Environment;
  /** The host's own models, if they are among what it gives. */
  ai?(env: Environment): WorkersAi | undefined;
  /** The stores that it can open, by what it gives. */
  stores?(env: Environment): StoreOpeners;
  /** The limits that it counts itself, if they are among what it gives. */
  limiters?(env: Environment): Limiters;
}

const NO_PROXY_HERE =
  'PROXY must not be set here: this host cannot call through a proxy. Node, Bun and Deno can.';

/** Answers one request; `env` must be the same for all of them. */
export type FunctionApp = (request: Request, env: Environment, visit: Visit) => Promise<Response>;

/** One app for an instance. */
export function functionApp({
  defaults,
  ai,
  stores,
  limiters,
  send,
  ...host
}: FunctionHost): FunctionApp {
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
    const canProxy = typeof send !== 'function';
    // Where it can come to nothing, what a platform has set for its own purposes is no mistake.
    const config = readConfig(
      canProxy ? env : { ...env, HTTPS_PROXY: '', https_proxy: '' },
      defaults,
    );
    if (!canProxy && config.proxy !== undefined) throw new ConfigError([NO_PROXY_HERE]);
    const { logLevel } = config;
    const given = {
      ai: ai?.(env),
      stores: stores?.(env),
      limiters: limiters?.(env),
      send: canProxy ? send.by(config) : send,
    };
    return createApp(config, webPlatform({ ...host, ...given, logLevel }));
  }
}

/** The message names the settings and none of their values. */
function misconfigured({ message }: ConfigError): Response {
  return jsonReply(Response, 500, openaiError(new GatewayError('internal', message)), {});
}
