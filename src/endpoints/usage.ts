/**
 * `GET /v1/usage`: what the caller has used today, and has left. Of a key of their own Poe is asked; of
 * an access token what was counted here is told, and nothing of the pool.
 */
import { loadBalance } from '../accounting/balance.ts';
import type { Context } from '../context.ts';
import { invalidField } from '../core/error.ts';
import { accountOf, type Use } from '../accounting/ledger.ts';
import { loadHistory } from '../accounting/points-history.ts';
import type { Caller } from '../policy/access.ts';
import { endOfDay, latestDays, startOfDay } from '../policy/budget.ts';

const MOST_DAYS = 31;
const NOTHING: Required<Use> = {
  requests: 0,
  input: 0,
  output: 0,
  cached: 0,
  millipoints: 0,
  settled: 0,
  unpriced: 0,
};

type Uses = ReadonlyMap<string, Use>;

/** Of who asks, never of another. */
export async function showUsage(context: Context): Promise<Response> {
  const { request, config, platform, accounting } = context;
  const caller = await context.identify();
  const days = latestDays(platform.now(), daysWanted(request));
  const account = accountOf(caller);
  // Whose key Poe does not accept learns nothing more.
  const balance =
    caller.kind === 'own' ? await loadBalance(config, platform, caller.credential) : undefined;
  const counted = await Promise.all(days.map((day) => accounting.ledger.read(account, day)));
  const [today = new Map()] = counted;
  const used =
    caller.kind === 'own' ? await withPoesPoints(context, caller.credential, today) : today;
  const total = sumOf(used);
  const replaced = [used, ...counted.slice(1)];
  return context.json(
    200,
    {
      object: 'usage',
      day: days[0],
      caller: caller.kind === 'own' ? { kind: 'own_key' } : { kind: 'token', name: caller.name },
      balance: balance ?? left(caller, total),
      today: rendered({}, total),
      models: renderModels(used),
      limits: renderLimits(context, caller),
      ...(days.length > 1 && {
        days: days.map((day, index) => {
          const uses: Uses = replaced[index] ?? new Map();
          return rendered({ day, models: renderModels(uses) }, sumOf(uses));
        }),
      }),
    },
    { 'cache-control': 'no-store' },
  );
}

function daysWanted({ url }: Request): number {
  const days = Number(new URL(url).searchParams.get('days') ?? 1);
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days;
  throw invalidField('days', `must be a whole number from 1 to ${MOST_DAYS}.`);
}

/** Points left of a token's budget; null without one, and where Poe does not say. */
function left(caller: Caller, { millipoints }: Required<Use>): number | null {
  if (caller.kind === 'own' || caller.pointsPerDay === undefined) return null;
  return Math.max(0, caller.pointsPerDay - millipoints / 1000);
}

/** Our counts, with the points that Poe took from the account today, whoever asked. */
async function withPoesPoints(
  { config, platform }: Context,
  key: string,
  counted: Uses,
): Promise<Uses> {
  const history = await loadHistory(config, platform, key, startOfDay(platform.now()));
  if (!history?.isWhole) return counted;
  const paid = new Map<string, number>();
  for (const { model, millipoints } of history.expenses)
    paid.set(model, (paid.get(model) ?? 0) + millipoints);
  const uses = new Map(counted);
  for (const [model, millipoints] of paid) {
    const use = { ...NOTHING, ...counted.get(model) };
    uses.set(model, { ...use, millipoints, settled: use.requests, unpriced: 0 });
  }
  return uses;
}

function sumOf(uses: Uses): Required<Use> {
  const sum = { ...NOTHING };
  for (const use of uses.values())
    for (const amount of Object.keys(sum) as (keyof Use)[]) sum[amount] += use[amount] ?? 0;
  return sum;
}

function rendered(of: object, use: Use): object {
  const { requests, input, output, cached, millipoints, settled, unpriced } = {
    ...NOTHING,
    ...use,
  };
  return {
    ...of,
    requests,
    input_tokens: input,
    output_tokens: output,
    cached_input_tokens: cached,
    points: millipoints / 1000,
    points_estimated: settled < requests,
    requests_without_price: unpriced,
  };
}

/** What has cost most comes first. */
function renderModels(uses: Uses): readonly object[] {
  return [...uses]
    .toSorted(([, one], [, other]) => (other.millipoints ?? 0) - (one.millipoints ?? 0))
    .map(([model, use]) => rendered({ model }, use));
}

function renderLimits({ config, platform }: Context, caller: Caller): object | null {
  if (caller.kind === 'own') return null;
  return {
    points_per_day: caller.pointsPerDay ?? null,
    requests_per_minute: caller.rpm ?? config.tokenRateLimit ?? null,
    models: caller.models ?? null,
    resets_at: new Date(endOfDay(platform.now())).toISOString(),
  };
}
