/**
 * The store that `STORE` names: memory and Upstash on every host, others where the host opens them.
 * Whatever is not this process's own memory is made steady.
 */
import { type Config, ConfigError } from '../config.ts';
import { entryOf } from '../lib/table.ts';
import type { Platform } from '../platform.ts';
import { memoryStore } from './memory.ts';
import { steadyStore } from './steady.ts';
import type { Store, StoreOpeners } from './store.ts';
import { upstashStore } from './upstash.ts';

/**
 * @returns Undefined for `none`.
 * @throws {ConfigError} when this host cannot open it; says which it can.
 */
export function openStore(config: Config, platform: Platform): Store | undefined {
  const { store: setting } = config;
  if (setting === 'none') return undefined;
  if (setting === 'memory') return memoryStore(platform.now);
  const openers: StoreOpeners = {
    upstash: () => openUpstash(config, platform),
    ...platform.stores,
  };
  const [kind = ''] = setting.split(':', 1);
  const open = entryOf(openers, kind);
  if (open) return steadyStore(open(setting), platform);
  const others = Object.keys(openers).join(', ');
  throw new ConfigError([`STORE cannot be ${kind} here: this host has none, memory, ${others}.`]);
}

function openUpstash(config: Config, { send }: Platform): Store {
  const { upstashUrl, upstashToken } = config;
  if (upstashUrl !== undefined && upstashToken !== undefined)
    return upstashStore(upstashUrl, upstashToken, send);
  throw new ConfigError([
    'STORE=upstash needs UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN.',
  ]);
}
