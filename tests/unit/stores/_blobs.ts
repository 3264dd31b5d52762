/** Netlify's own server of blobs for local development, with what it tells its functions. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobsServer } from '@netlify/blobs/server';

/** A server of one site's blobs. */
export interface RunningBlobs {
  readonly siteID: string;
  readonly token: string;
  readonly edgeURL: string;
  /** As a function finds it. */
  readonly context: string;
  /** As the runtime of a function is told, before base64. */
  readonly told: string;
  stop(): Promise<void>;
}

/** Starts it on a free port. */
export async function startBlobs(): Promise<RunningBlobs> {
  const directory = await mkdtemp(join(tmpdir(), 'poeway-blobs-'));
  const place = { siteID: 'site', token: 'blobs-token' };
  const server = new BlobsServer({ directory, token: place.token });
  const { address } = await server.start();
  const edgeURL = address;
  return {
    ...place,
    edgeURL,
    context: btoa(JSON.stringify({ ...place, edgeURL, uncachedEdgeURL: edgeURL })),
    told: JSON.stringify({ url: edgeURL, url_uncached: edgeURL, token: place.token }),
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
