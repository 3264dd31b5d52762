/** The stores that servers of one's own can open, on Node, Bun and Deno alike. */
import type { StoreOpeners } from '../stores/store.ts';
import { fileStore } from './file-store.ts';
import { redisStore } from './redis-store.ts';

/** `file`, `file:<folder>`, `redis://…` and `rediss://…`. */
export const SERVER_STORES: StoreOpeners = {
  file: (setting) => fileStore(setting.slice('file:'.length), Date.now),
  redis: redisStore,
  rediss: redisStore,
};
