import fetch, { FetchError } from 'node-fetch';
import { BodyTooLargeError, NetworkError, type Transport } from './transport';

/**
 * Requests by node-fetch, over Node's own global agents. Those keep connections alive, and VS Code routes them through
 * the proxy of its settings; an agent of our own would go past the proxy with `http.proxySupport` set to `on`.
 *
 * Each request asks for its connection to be kept: VS Code puts an agent of its own before the global one, and Node takes
 * that for one that keeps nothing. Through a proxy nothing helps: VS Code opens a tunnel for each request
 * (microsoft/vscode#228872).
 */
export const nodeFetchTransport: Transport = async ({ method, url, headers, body, signal, maxBodyBytes }) => {
  try {
    const response = await fetch(url, {
      method,
      headers: { 'user-agent': 'chapi-chat', connection: 'keep-alive', ...headers },
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    if (response.body !== null) {
      for await (const chunk of response.body) {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
        size += bytes.length;
        // Leaving the loop destroys the stream, and with it the connection.
        if (size > maxBodyBytes) throw new BodyTooLargeError();
        chunks.push(bytes);
      }
    }
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      body: Buffer.concat(chunks).toString('utf8'),
    };
  } catch (error) {
    if (error instanceof BodyTooLargeError) throw error;
    throw new NetworkError(codeOf(error));
  }
};

function codeOf(error: unknown): string {
  if (error instanceof FetchError) return error.code ?? 'UNKNOWN';
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'UNKNOWN';
}
