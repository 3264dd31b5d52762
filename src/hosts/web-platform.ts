/** What web-standard runtimes share of a platform: the clock, random ids, log lines as JSON. */
import { LOG_LEVELS, type LogLevel, type Platform } from '../platform.ts';

/**
 * @param send How this host calls Poe.
 * @param logLevel Lines less urgent than this are not written.
 */
export function webPlatform(send: Platform['send'], logLevel: LogLevel): Platform {
  const most = LOG_LEVELS.indexOf(logLevel);
  return {
    send,
    now: () => Date.now(),
    randomId() {
      const bytes = crypto.getRandomValues(new Uint8Array(12));
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    },
    log(level, message, fields) {
      if (LOG_LEVELS.indexOf(level) > most) return;
      console.log(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }));
    },
  };
}
