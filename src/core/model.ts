/**
 * What is known about a bot: the card that Poe's model list gives, with the fields that decide
 * how a request is served read out, and the rest kept as Poe sent it.
 */
import type { JsonObject } from '../lib/json.ts';

/** One bot of Poe's list. */
export interface ModelCard {
  /** Always lower case; what Poe is asked with. */
  readonly id: string;
  /** The bot's name as people see it: the id with its capitals. */
  readonly displayName: string;
  readonly owner: string;
  /** Unix seconds (Poe's list has milliseconds). */
  readonly created: number;
  /** `text`, `image`, `video`, `audio`. */
  readonly outputModalities: readonly string[];
  /** The parameters that the bot declares as its own: name → JSON schema, empty where it has none. */
  readonly parameters: ReadonlyMap<string, JsonObject>;
  /** The whole entry as Poe sent it: prices, context window, features, reasoning, … */
  readonly entry: JsonObject;
}

/** True when the bot answers with pictures, films or sound: Poe wants such bots asked unstreamed. */
export function makesMedia(card: ModelCard): boolean {
  return card.outputModalities.length > 0 && !card.outputModalities.includes('text');
}
