/**
 * How a model without tools turns a request with tools down: in the words of Poe's own gateway, or
 * in those of the layer behind it. Both were recorded.
 */
import type { Bot } from '../bot.ts';
import { rejected, vendorRejected, type Failure } from '../failure.ts';

/** The refusal of Poe's gateway. */
function byGateway(model: string): Failure {
  return rejected(
    `Model ${model} does not support tool calling. Use a tool-capable model or remove tools from the request.`,
    'model',
    'unsupported_feature_for_model',
  );
}

/** The refusal of LiteLLM, behind Poe. */
export function byLayerBehind(): Failure {
  return vendorRejected(
    'litellm.BadRequestError: OpenAIException - tools is not supported in this model. For a list of supported models, refer to the documentation.',
  );
}

/** The refusal that this bot gives. */
export function toolsRefusal({ toolsRefusedBy }: Bot, model: string): Failure {
  return toolsRefusedBy === 'layer-behind' ? byLayerBehind() : byGateway(model);
}
