/**
 * The table of all bots, and the one way to find one. To add a bot, add a row to the file in
 * `bots/` that it belongs to.
 */
import type { Bot } from './bot.ts';
import { agents } from './bots/agents.ts';
import { brokenBots } from './bots/broken.ts';
import { brokenClaudes } from './bots/claude-broken.ts';
import { claudes } from './bots/claude.ts';
import { errorBots } from './bots/errors.ts';
import { familiarBots } from './bots/familiar.ts';
import { fixedCost } from './bots/fixed-cost.ts';
import { framingBots } from './bots/framing.ts';
import { mediaMakers } from './bots/media-makers.ts';
import { nativeErrorBots } from './bots/native-errors.ts';
import { nativeStreamBots } from './bots/native-streams.ts';
import { progressBots } from './bots/progress.ts';
import { promptedBots } from './bots/prompted.ts';
import { reportingBots } from './bots/reporting.ts';
import { responders } from './bots/responders.ts';
import { responsesStreamBots } from './bots/responses-streams.ts';
import { speakers } from './bots/speakers.ts';
import { thinkers } from './bots/thinkers.ts';
import { timingBots } from './bots/timing.ts';
import { toolCallers } from './bots/tool-callers.ts';
import { witnesses } from './bots/witnesses.ts';

/** Every bot, in the order a reader meets them. */
export const bots: readonly Bot[] = [
  ...speakers,
  ...toolCallers,
  ...thinkers,
  ...mediaMakers,
  ...timingBots,
  ...brokenBots,
  ...framingBots,
  ...reportingBots,
  ...errorBots,
  ...progressBots,
  ...nativeStreamBots,
  ...nativeErrorBots,
  ...promptedBots,
  ...witnesses,
  ...responders,
  ...responsesStreamBots,
  ...claudes,
  ...brokenClaudes,
  ...agents,
  fixedCost,
  ...familiarBots,
];

const botsById: ReadonlyMap<string, Bot> = new Map(
  bots.map((bot) => [bot.name.toLowerCase(), bot]),
);

/** The bot of that name, in any case. */
export function findBot(name: string): Bot | undefined {
  return botsById.get(name.toLowerCase());
}
