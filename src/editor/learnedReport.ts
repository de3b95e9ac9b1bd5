import * as vscode from 'vscode';
import type { LearnedFacts } from '../sync/learned';

function yesOrNo(value: boolean): string {
  return value ? vscode.l10n.t('yes') : vscode.l10n.t('no');
}

function tsMeaningText(meaning: NonNullable<LearnedFacts['tsMeaning']>): string {
  switch (meaning) {
    case 'since':
      return vscode.l10n.t('messages since then');
    case 'before':
      return vscode.l10n.t('messages before then');
    case 'ignored':
      return vscode.l10n.t('ignored');
  }
}

/** What was learned of the service, a row for each fact that is known. Names nobody. */
export function learnedRows(facts: LearnedFacts): readonly (readonly string[])[] {
  const { largestPage, pageCap, tsMeaning, etagMisleads, escapes, sendsWithSlash, ownAuthorId } = facts;
  return [
    ...(largestPage === 0 ? [] : [[vscode.l10n.t('Messages in the largest answer'), String(largestPage)]]),
    ...(pageCap === undefined ? [] : [[vscode.l10n.t('Messages in an answer, at most'), String(pageCap)]]),
    ...(tsMeaning === undefined ? [] : [[vscode.l10n.t('What `ts` asks for'), tsMeaningText(tsMeaning)]]),
    ...(etagMisleads === undefined ? [] : [[vscode.l10n.t('`ETag` misleads'), yesOrNo(etagMisleads)]]),
    ...(escapes === undefined ? [] : [[vscode.l10n.t('Escapes what is sent'), yesOrNo(escapes)]]),
    ...(sendsWithSlash === undefined
      ? []
      : [[vscode.l10n.t('Wants a slash at the end of the address'), yesOrNo(sendsWithSlash)]]),
    ...(ownAuthorId === undefined ? [] : [[vscode.l10n.t('Author of what is sent'), vscode.l10n.t('known')]]),
  ];
}
