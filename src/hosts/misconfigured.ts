/**
 * Hosts without a start of their own cannot refuse to start: there, every request is told what is
 * wrong with the settings.
 */
import type { ConfigError } from '../config.ts';
import { GatewayError } from '../core/error.ts';
import { jsonReply } from '../http/reply.ts';
import { openaiError } from '../protocols/openai-shared/error.ts';

/** The message names the settings and none of their values. */
export function misconfigured({ message }: ConfigError): Response {
  return jsonReply(Response, 500, openaiError(new GatewayError('internal', message)), {});
}
