/**
 * The host suite: what every host owes its users, asked over HTTP of the running host, with a
 * simulated Poe behind it. The cases are in `cases/`; here is what starts, stops and is looked at
 * in the end. Cases run at the same time unless they say `sequential`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../sim/server.ts';
import { UPLOAD_PATH } from '../../sim/upload/endpoint.ts';
import { newCaller } from './_caller.ts';
import { KEY } from './_client.ts';
import type { Host, RunningHost } from './_host.ts';
import { SETTINGS, type Subject } from './_subject.ts';
import { abilities } from './cases/abilities.ts';
import { agents } from './cases/agents.ts';
import { answers } from './cases/answers.ts';
import { departures } from './cases/departures.ts';
import { refusals } from './cases/refusals.ts';
import { routes } from './cases/routes.ts';
import { settings } from './cases/settings.ts';
import { CLIENT_ADDRESS, FORGED_ADDRESS, visits } from './cases/visits.ts';

/** Lists the suite's tests for a host. */
export function describeHost(host: Host): void {
  describe.concurrent(`${host.name} as a host`, () => {
    let simulator: Simulator | undefined;
    let running: RunningHost | undefined;
    beforeAll(async () => {
      simulator = await startSimulator();
      running = await host.start({
        ...SETTINGS,
        POE_BASE_URL: simulator.url,
        POE_UPLOAD_URL: `${simulator.url}${UPLOAD_PATH}`,
      });
    });
    afterAll(async () => {
      await running?.stop();
      await simulator?.close();
    });

    const url = (): string => started(running).url;
    const subject: Subject = { host, url, caller: () => newCaller(url(), started(simulator)) };
    routes(subject);
    settings(subject);
    visits(subject);
    departures(subject);
    refusals(subject);
    answers(subject);
    abilities(subject);
    agents(subject);

    test.sequential('stops when told to, having logged no failure and no key', async () => {
      const { signal, stdout, stderr } = await started(running).stop();
      running = undefined;
      expect(signal).not.toBe('SIGKILL');
      const client = host.addressHeader === undefined ? '127.0.0.1' : CLIENT_ADDRESS;
      expect(stdout).toMatch(new RegExp(`"message":"request".*"address":"${client}"`));
      expect(stdout).not.toContain(FORGED_ADDRESS);
      expect(stdout).not.toContain('"level":"error"');
      expect(stdout).not.toContain(KEY);
      expect(stderr.replace(host.chatter ?? '', '')).toBe('');
    });
  });
}

function started<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('it has not been started');
  return part;
}
