import * as vscode from 'vscode';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** A length of time in words, as exact as somebody wants to know it. Milliseconds. */
export function durationText(milliseconds: number): string {
  const number = (value: number, digits = 0): string =>
    new Intl.NumberFormat(vscode.env.language, { maximumFractionDigits: digits }).format(value);
  if (milliseconds < SECOND_MS) return vscode.l10n.t('{0} ms', number(milliseconds));
  if (milliseconds < 10 * SECOND_MS) return vscode.l10n.t('{0} s', number(milliseconds / SECOND_MS, 1));
  if (milliseconds < 2 * MINUTE_MS) return vscode.l10n.t('{0} s', number(milliseconds / SECOND_MS));
  if (milliseconds < 2 * HOUR_MS) return vscode.l10n.t('{0} min', number(milliseconds / MINUTE_MS));
  return vscode.l10n.t('{0} h', number(milliseconds / HOUR_MS, 1));
}

/** How long ago something was, in words. Milliseconds. */
export function ageText(milliseconds: number): string {
  return milliseconds < SECOND_MS ? vscode.l10n.t('just now') : vscode.l10n.t('{0} ago', durationText(milliseconds));
}
