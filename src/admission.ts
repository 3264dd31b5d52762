/**
 * What a request becomes before anybody is asked: the bot's name as Poe knows it, what the model map says
 * for it, its parameters as the bot declares them, and the picture that a request for a change is about.
 */
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { carryImage } from './core/carry-image.ts';
import { GatewayError } from './core/error.ts';
import { makesMedia, type ModelCard } from './core/model.ts';
import { withDefaults, withSystem } from './core/defaults.ts';
import { fitParameters } from './core/parameters.ts';
import type { ParsedRequest } from './core/protocol.ts';
import type { GenerationRequest, Message } from './core/request.ts';
import type { Way } from './core/upstream.ts';
import { settledWithin } from './lib/time.ts';
import { type Caller, checkModel } from './policy/access.ts';
import { chooseModel } from './policy/model-choice.ts';
import type { ModelsById } from './policy/model-name.ts';

/** What plain words wait for the list, in milliseconds: it tells the bots that make pictures. */
const SHORT_WAIT = 1000;

/** A request that may be asked. */
export interface Admitted {
  readonly model: string;
  readonly card: ModelCard | undefined;
  /** Poe's list is at hand, with or without this bot in it. */
  readonly listKnown: boolean;
  /** `UPSTREAM`, for this model. */
  readonly choice: Config['upstream'];
  /**
   * How to ask a way; without one, with all that the client wants.
   *
   * @param messages A conversation in place of the request's own.
   */
  prepare(
    way?: Way,
    messages?: readonly Message[],
  ): { readonly request: GenerationRequest; readonly stream: boolean };
  /** What of the request this way leaves out, in the client's own words. */
  ignored(way: Way): readonly string[];
}

/**
 * @throws {GatewayError} `model-not-found` for a hidden model, `forbidden` where the caller's token may not
 *   use the bot.
 */
export async function admit(
  context: Context,
  parsed: ParsedRequest,
  caller: Caller,
): Promise<Admitted> {
  const { config, modelMaps, beside } = context;
  const map = modelMaps.current(beside);
  const asked = parsed.request.model || config.defaultModel;
  const models = await knownModels(
    context,
    () => withDefaults(parsed.request, chooseModel(map, asked)),
    caller,
  );
  const choice = chooseModel(map, asked, models);
  const { model } = choice;
  if (choice.isHidden) throw hiddenModel(asked);
  checkModel(caller, asked, choice.line?.pattern ?? asked, model);
  const card = models?.get(model);
  const request = withDefaults(parsed.request, choice);
  const { reasoningEffort: saidEffort, reasoningBudget: saidBudget } = parsed.request;
  const fitted = fitParameters(card, request.parameters, {
    effort: request.reasoningEffort,
    budget: request.reasoningBudget,
    // Agents say it in every request, whatever the bot.
    isHint: parsed.request.original !== undefined && (saidEffort ?? saidBudget) !== undefined,
  });
  const media = card !== undefined && makesMedia(card);
  // A picture has no format; to ask for one would only pay for it twice.
  const outputFormat = media ? undefined : request.outputFormat;
  const named = { ...request, model, outputFormat };
  // What is relayed cannot be folded into one message. Not said above: one field more than a copy has
  // room for costs each request 2 µs.
  const told = config.simulateRoles === 'never' ? named : { ...named, original: undefined };
  const base = card?.outputModalities.includes('image') ? carryImage(told) : told;

  const declared: GenerationRequest = {
    ...base,
    parameters: fitted.parameters,
    reasoningEffort: fitted.reasoningEffort,
  };
  const native: GenerationRequest = {
    ...base,
    parameters: { ...fitted.parameters, ...fitted.undeclared },
    // It has no field of its own for it; where the bot has a parameter, that is set.
    reasoningEffort: Object.hasOwn(fitted.parameters, 'reasoning_effort')
      ? undefined
      : fitted.reasoningEffort,
  };
  // Poe wants bots that make pictures, films and sound asked unstreamed, but for the native way.
  const stream = parsed.streamed && !media;
  const asDeclared = { request: declared, stream };
  const asNative = { request: native, stream: parsed.streamed };
  const asClientSays = (name: string): string => parsed.parameterFields.get(name) ?? name;
  return {
    model,
    card,
    listKnown: models !== undefined,
    choice: choice.upstream ?? config.upstream,
    prepare(way, messages) {
      const prepared = way && !way.upstream.isNative ? asDeclared : asNative;
      if (!messages) return prepared;
      const { request: whole, stream: isStream } = prepared;
      return { request: { ...whole, messages: withSystem(messages, choice) }, stream: isStream };
    },
    ignored({ upstream }) {
      if (upstream.relays) return upstream.ignores?.(declared) ?? [];
      const undeclared = upstream.isNative ? [] : Object.keys(fitted.undeclared);
      return [
        ...parsed.ignored,
        ...[
          ...(media && parsed.request.outputFormat ? ['response_format'] : []),
          ...fitted.ignored,
          ...undeclared,
          ...(upstream.ignores?.(upstream.isNative ? native : declared) ?? []),
        ].map(asClientSays),
      ];
    },
  };
}

/** Whether Poe has such a bot or not: here it is not to be had. */
function hiddenModel(name: string): GatewayError {
  const words = `model: there is no "${name.slice(0, 100)}" here. GET /v1/models lists what there is.`;
  return new GatewayError('model-not-found', words, { param: 'model' });
}

/**
 * Poe's list. The first request of an instance waits for it: a little, or as long as it takes where
 * everything depends on what the bot can do. While Poe does not give it, nobody waits.
 */
async function knownModels(
  { catalogue, platform, beside, keysOf, unexpected }: Context,
  request: () => GenerationRequest,
  caller: Caller,
): Promise<ModelsById | undefined> {
  if (!catalogue.isMissing()) return catalogue.peek(beside);
  const loading = catalogue
    .load(() => keysOf(caller, '').current())
    .catch((error: unknown) => {
      if (!(error instanceof GatewayError)) throw error;
      const words = "Without Poe's model list nothing is known of what a bot can do.";
      platform.log('warn', words, { error: error.code });
      return undefined;
    });
  // Whoever leaves does not take the list along.
  beside(
    loading.then(
      () => undefined,
      (cause: unknown) => void unexpected(cause),
    ),
  );
  const wait = dependsOnCard(request()) || (await settledWithin(loading, SHORT_WAIT));
  return wait ? loading : undefined;
}

function dependsOnCard(request: GenerationRequest): boolean {
  return (
    Object.keys(request.parameters).length > 0 ||
    request.reasoningEffort !== undefined ||
    request.tools.length > 0 ||
    request.outputFormat !== undefined ||
    request.messages.some(({ content }) => content.some(({ type }) => type === 'file'))
  );
}
