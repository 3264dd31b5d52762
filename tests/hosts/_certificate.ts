/**
 * A certificate for servers under test, signed by itself: Node can make keys and signatures but no
 * certificate around them, so its few bytes of ASN.1 are written here.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280
 */
import { generateKeyPairSync, sign } from 'node:crypto';

/** Both as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const DAY = 86_400_000;

/** One element of ASN.1: its tag, its length, its contents. */
function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...(length < 128 ? [length] : long)]), content]);
}

const sequence = (...contents: readonly Buffer[]): Buffer => element(0x30, ...contents);
const identifier = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));
const bits = (content: Buffer): Buffer => element(0x03, Buffer.of(0), content);
const time = (at: number): Buffer => {
  const digits = new Date(at).toISOString().replaceAll(/\D/g, '').slice(2, 14);
  return element(0x17, Buffer.from(`${digits}Z`));
};

/** Makes one that is right for a few days, and for servers of these names. */
export function makeCertificate(...names: readonly string[]): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // ecdsa-with-SHA256, common name, subject alternative name.
  const algorithm = sequence(identifier('2a8648ce3d040302'));
  const commonName = sequence(identifier('550403'), element(0x0c, Buffer.from('Poeway tests')));
  const subject = sequence(element(0x31, commonName));
  const alternatives = sequence(...names.map((name) => element(0x82, Buffer.from(name))));
  const extension = sequence(identifier('551d11'), element(0x04, alternatives));
  const content = sequence(
    element(0xa0, element(0x02, Buffer.of(2))),
    element(0x02, Buffer.of(1)),
    algorithm,
    subject,
    sequence(time(Date.now() - DAY), time(Date.now() + DAY)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(extension)),
  );
  const whole = sequence(content, algorithm, bits(sign('sha256', content, privateKey)));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}
