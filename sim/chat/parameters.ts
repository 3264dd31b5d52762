/**
 * Checks the parameters that a bot declares on its card: type, enum, minimum, maximum. Refusals
 * are worded as the vendor's, since there is where Poe lets them happen.
 */
import type { Bot } from '../bot.ts';
import { vendorRejected, type Failure } from '../failure.ts';
import type { JsonObject } from '../json.ts';
import type { CardParameter } from '../model-card.ts';

function fault({ schema = {} }: CardParameter, value: unknown): string | undefined {
  if (schema.enum && !schema.enum.some((choice) => choice === value)) {
    return `Supported values are: ${schema.enum.map((choice) => `'${choice}'`).join(', ')}`;
  }
  if (schema.type !== undefined && typeof value !== schema.type) {
    return `Input should be a valid ${schema.type}`;
  }
  if (typeof value !== 'number') return undefined;
  if (schema.minimum !== undefined && value < schema.minimum) {
    return `Input should be greater than or equal to ${schema.minimum}`;
  }
  if (schema.maximum !== undefined && value > schema.maximum) {
    return `Input should be less than or equal to ${schema.maximum}`;
  }
  return undefined;
}

/** The first declared parameter with a value its schema does not allow, as a failure. */
export function parameterFailure(request: JsonObject, { card }: Bot): Failure | undefined {
  for (const parameter of card?.parameters ?? []) {
    const value = request[parameter.name];
    if (value === undefined) continue;
    const words = fault(parameter, value);
    if (words === undefined) continue;
    return vendorRejected(
      `Unsupported value: ${JSON.stringify(value)} is not supported for '${parameter.name}' of ${card?.id}. ${words}.`,
    );
  }
  return undefined;
}
