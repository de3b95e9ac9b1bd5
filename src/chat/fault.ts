/**
 * Why a call to the service did not succeed. Plain data: what a person is told is decided where it is shown.
 *
 * - `unauthorized`: the key is not valid (401).
 * - `forbidden`: the key may not do this, a private room for instance (403).
 * - `noSuchRoom`: there is no such room (404).
 * - `throttled`: too many requests (429, or a gateway's spike-arrest or quota fault with any status).
 * - `server`: the service failed or refused in another way, with its status.
 * - `network`: no answer; `code` is the system's error code, such as `ECONNREFUSED`.
 * - `timeout`: no whole answer in time.
 * - `badAnswer`: an answer that is not what the service documents, an HTML page for instance.
 * - `tooLarge`: the answer's body was over the limit and was cut off.
 *
 * A refusal may ask for a pause: `retryAfterMs`, in milliseconds from its answer on.
 */
export type Fault =
  | { readonly kind: 'unauthorized'; readonly retryAfterMs?: number }
  | { readonly kind: 'forbidden'; readonly retryAfterMs?: number }
  | { readonly kind: 'noSuchRoom'; readonly retryAfterMs?: number }
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number }
  | { readonly kind: 'server'; readonly status: number; readonly retryAfterMs?: number }
  | { readonly kind: 'network'; readonly code: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'badAnswer'; readonly detail: string }
  | { readonly kind: 'tooLarge'; readonly limitBytes: number };

export type FaultKind = Fault['kind'];
