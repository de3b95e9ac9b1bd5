/** Error codes of file systems that are full, read-only, worn out, or held by somebody else. */
export const DISK_ERRORS = ['EIO', 'EMFILE', 'EPERM', 'EACCES', 'EBUSY', 'ENOSPC', 'EROFS'] as const;

/** A call of a state store that may fail. */
export type DiskCall = 'takeOutgoing' | 'keepOutgoing' | 'dropOutgoing' | 'wasDropped';

/** How a call fails. */
export interface DiskFailure {
  readonly call: DiskCall;
  /** The system's error code; `part` lets a takeover give nothing and say that there is more. */
  readonly code: string;
  readonly times: number;
  /** It has done what it was asked to before it failed. */
  readonly isDoneAllTheSame?: boolean;
}

/** The error that a file system gives. */
export function diskError(code: string): Error {
  return Object.assign(new Error(`${code}: the disk is rude`), { code });
}
