import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSelfSignedCertificate, type SelfSignedCertificate } from './selfSignedCertificate';

/** A host name that is no loopback address and that no name server knows: only a proxy can lead to it. */
export const TRUSTED_HOST = 'chapi.test';

const CERTIFICATE = 'chapi-test.certificate.pem';
const PRIVATE_KEY = 'chapi-test.key.pem';

/**
 * The environment of a VS Code that trusts a certificate for {@link TRUSTED_HOST} and `localhost`, as a company's machines
 * trust their company's authority. Node reads it once, when a process starts.
 * @param folder takes the certificate and its key
 */
export function trustEnvironment(folder: string): Readonly<Record<string, string>> {
  const { certificate, privateKey } = createSelfSignedCertificate(TRUSTED_HOST, 'localhost');
  writeFileSync(path.join(folder, CERTIFICATE), certificate);
  writeFileSync(path.join(folder, PRIVATE_KEY), privateKey);
  return { NODE_EXTRA_CA_CERTS: path.join(folder, CERTIFICATE) };
}

/** The certificate that this process trusts. Throws when it was not started with {@link trustEnvironment}. */
export function trustedCertificate(): SelfSignedCertificate {
  const file = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
  return {
    certificate: readFileSync(file, 'utf8'),
    privateKey: readFileSync(path.join(path.dirname(file), PRIVATE_KEY), 'utf8'),
  };
}
