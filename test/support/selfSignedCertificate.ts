import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate that vouches for itself, and its key, both as PEM. */
export interface SelfSignedCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

const DAY_MS = 86_400_000;

/** Object identifiers of RFC 5280 and RFC 5758, encoded. */
const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('550403', 'hex');
const SUBJECT_ALTERNATIVE_NAME = Buffer.from('551d11', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('551d13', 'hex');

/** Tags of the Distinguished Encoding Rules. */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  dnsName: 0x82,
  extensions: 0xa3,
} as const;

function encode(tag: keyof typeof TAG, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([TAG[tag], ...encodeLength(content.length)]), content]);
}

/** Lengths below 2^16, as short as can be. */
function encodeLength(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, '').slice(2, 14);
  return encode('utcTime', Buffer.from(`${digits}Z`));
}

function extension(identifier: Buffer, value: Buffer): Buffer {
  return encode('sequence', encode('objectIdentifier', identifier), encode('octetString', value));
}

/** Makes a certificate for some host names, valid from yesterday until tomorrow. */
export function createSelfSignedCertificate(...hostNames: readonly [string, ...string[]]): SelfSignedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = encode('sequence', encode('objectIdentifier', ECDSA_WITH_SHA256));
  const commonName = encode(
    'sequence',
    encode('objectIdentifier', COMMON_NAME),
    encode('utf8String', Buffer.from(hostNames[0])),
  );
  const name = encode('sequence', encode('set', commonName));
  const alternatives = hostNames.map((hostName) => encode('dnsName', Buffer.from(hostName)));
  const isAuthority = encode('sequence', encode('boolean', Buffer.from([0xff])));
  const body = encode(
    'sequence',
    encode('version', encode('integer', Buffer.from([2]))),
    encode('integer', Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    encode('sequence', time(Date.now() - DAY_MS), time(Date.now() + DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    encode(
      'extensions',
      encode(
        'sequence',
        extension(SUBJECT_ALTERNATIVE_NAME, encode('sequence', ...alternatives)),
        extension(BASIC_CONSTRAINTS, isAuthority),
      ),
    ),
  );
  const signature = encode('bitString', Buffer.from([0]), sign('sha256', body, privateKey));
  const lines = encode('sequence', body, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
