/** A base address that may be used, or why it may not. */
export type BaseUrlCheck =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly reason: 'notAnAddress' | 'notSecure' | 'hasCredentials' };

/**
 * Checks the address of the service: `https:`, or `http:` to a loopback address, so that the key never crosses a
 * network in the clear. Trailing slashes, a query and a fragment are left out.
 */
export function checkBaseUrl(text: string): BaseUrlCheck {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return { ok: false, reason: 'notAnAddress' };
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return { ok: false, reason: url.protocol === 'http:' ? 'notSecure' : 'notAnAddress' };
  }
  if (url.username !== '' || url.password !== '') return { ok: false, reason: 'hasCredentials' };
  return { ok: true, url: url.origin + url.pathname.replace(/\/+$/, '') };
}

/** `localhost`, `127.0.0.0/8` and `::1`. Not names below `localhost`: some resolvers ask the network for those. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}
