/**
 * What the log says of the pool's keys: each is told by its place in the list, once when it can no
 * longer be used, and once when it can. Only of what this instance has found out for itself.
 */
import type { Platform } from '../platform.ts';
import type { KeyState } from '../policy/key-facts.ts';
import type { KeyPool } from '../policy/key-pool.ts';

const WORDS: Readonly<Record<Exclude<KeyState, 'ready'>, string>> = {
  limited: 'Poe limits a key of the pool: it rests.',
  poor: 'A key of the pool is out of points: its balance is asked for every few minutes.',
  retired: 'Poe does not accept a key of the pool: it is not used again until a restart.',
};

/** The lines; to be called when a key may have changed. */
export interface KeyLog {
  /** Poe has said something of this key, here. */
  heard(key: string): void;
  /** Time has passed, or others have: which keys are back? */
  review(): void;
}

/** One for an app. */
export function createKeyLog(pool: KeyPool, { log }: Pick<Platform, 'log'>): KeyLog {
  /** Keys that were told of, and as what. */
  const away = new Map<string, KeyState>();

  function review(): void {
    for (const key of away.keys()) {
      const report = pool.report(key);
      if (report?.state !== 'ready') continue;
      away.delete(key);
      log('info', 'A key of the pool is used again.', { key: report.place });
    }
  }

  return {
    heard(key) {
      const report = pool.report(key);
      if (!report || report.state === 'ready' || away.get(key) === report.state) return;
      away.set(key, report.state);
      log('warn', WORDS[report.state], { key: report.place });
    },
    review,
  };
}
